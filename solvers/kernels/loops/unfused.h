/* What Python sees of unfused.c; also read by cffi. */

/* Moments ∫ w λ_i of n simplices over the cells of a grid, in volumes of a cell.

   points is (N, d) in cells, simplices and weights w, or NULL for 1, (n, d + 1), extents (d). Each
   piece of a simplex gives one entry a corner to cells, vertices and values, which may be NULL;
   returns the number of entries. */
int hebbfilm_slice_simplices(int d, const double *points, int n, const int *simplices,
                             const double *weights, const int *extents, long long *cells,
                             int *vertices, double *values);
/* Largest |m_i - m_j|² over the entries of a CSR pattern; m is (columns, 3). */
double hebbfilm_largest_chord(int rows, const int *starts, const int *columns, const double *m);
