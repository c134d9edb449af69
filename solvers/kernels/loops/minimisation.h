/* What Python sees of minimisation.c; also read by cffi. SI units throughout.

   m is (columns, 3), the roots of weights (vertices), and all else (vertices, 3). */

/* Slope of the energy along the spheres into out; the energy and the largest |m × H|². */
void hebbfilm_minimiser_gradient(int vertices, const double *field, const double *external,
                                 const double *m, const double *root_weight, double *out,
                                 double *energy, double *torque);
/* √w p to tangential p in place; the largest |p|². */
double hebbfilm_minimiser_project(int vertices, const double *m, const double *root_weight,
                                  double *vectors);
/* (m + length direction)/|…| into out. */
void hebbfilm_minimiser_turn(int vertices, const double *m, const double *direction, double length,
                             double *out);
/* √w (m - before) into shift and the difference of the gradients into rise. */
void hebbfilm_minimiser_secant(int vertices, const double *m, const double *before,
                               const double *gradient, const double *gradient_before,
                               const double *root_weight, double *shift, double *rise);
/* Scalar products of all rows (rows, vertices, 3) with those chosen, into out (rows, count). */
void hebbfilm_minimiser_products(int vertices, int rows, const double *table, int count,
                                 const int *chosen, double *out);
