/* What Python sees of spin_orbit.c; also read by cffi. SI units throughout. */

/* Adds Σ w j × ẑ over the faces at each vertex to sums (rows, 3). Faces and weights lie in rows, as
   a CSR matrix has them; the density j is (number of faces, d). */
void hebbfilm_add_turned(int rows, const int *starts, const int *faces, const double *weights,
                         int d, const double *density, double *sums);
