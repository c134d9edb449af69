/* What Python sees of cells.c; also read by cffi. SI units throughout. */

/* The cells of one rank; d is the dimension, 2 or 3. */
typedef struct {
    int d;
    int count;
    const int *vertices;     /* (count, d + 1) */
    const double *gradients; /* (count, d + 1, d) of the hat functions */
    const double *volumes;   /* (count) */
    const int *entries;      /* (count, d + 1, d + 1) where they add to a matrix */
} Cells;

typedef struct {
    double perpendicular, difference, hall; /* resistivities in Ω m */
} Resistivity;

/* vertices are those of the cells, m is (columns, 3), σ (count, d, d), j (count, d). */
void conductivity(int d, int count, const int *vertices, const Resistivity *resistivity,
                  const double *m, double *sigma);
void add_tensor(const Cells *cells, const double *sigma, double *matrix);
void add_advection(const Cells *cells, double scale, const double *velocity, double *matrix);
void current_density(const Cells *cells, const double *sigma, const double *potential, double *j);
