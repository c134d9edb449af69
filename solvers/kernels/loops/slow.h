/* What Python sees of slow.c; also read by cffi. */

/* A polynomial in time through values (n) at three times, at a fourth one: by its weights. */
typedef struct {
    double weights[3];
    const double *values[3];
} Foreseen;

/* Adds to out (n). */
void hebbfilm_foresee(int n, const Foreseen *foreseen, double *out);
/* The largest |foreseen - found|² of the vectors (vertices, 3). */
double hebbfilm_largest_miss(int vertices, const Foreseen *foreseen, const double *found);
