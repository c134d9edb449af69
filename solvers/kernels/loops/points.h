/* What Python sees of points.c; also read by cffi. */

/* An expression that FFCx has compiled, and what its symbols are at each point. */
typedef struct {
    int symbols;
    int size;              /* numbers that a value of the expression has */
    int takes_data;        /* whether its function has the last argument that came later */
    const int *sizes;      /* (symbols) numbers that a value of each symbol has */
    const int *varies;     /* (symbols) 0 where one value holds for all points */
    const double **values; /* (symbols) */
    double *packed;        /* room for one value of all symbols */
    void *function;
} Points;

/* Adds the expression at each point to out (points, size). */
void hebbfilm_add_at_points(const Points *points, int count, double *out);
/* Adds the matrices (points, 3, 3) times the vectors (points, 3) to out (points, 3). */
void hebbfilm_add_products(int count, const double *matrices, const double *vectors, double *out);
/* The largest norm of u -> J u - (m · H) u in the planes across unit vectors m, of fields H
   (points, 3) and their derivatives J (points, 3, 3); m is (points, 3), or (3) if it is the same
   at all. */
double hebbfilm_largest_turning(int count, int varies, const double *m, const double *fields,
                                const double *derivatives);
