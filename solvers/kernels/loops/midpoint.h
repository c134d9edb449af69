/* What Python sees of midpoint.c; also read by cffi. SI units throughout.

   m and the change are (columns, 3); all else (vertices, 3). */

/* -F(w) into out, and B into lever. */
void hebbfilm_midpoint_residual(int vertices, const Gilbert *gilbert, double tau, const double *m,
                                const double *field, const double *drift, const double *half,
                                double *lever, double *out);
/* F'(w) u into out. */
void hebbfilm_midpoint_jacobian(int vertices, const Gilbert *gilbert, double tau, const double *m,
                                const double *field, const double *drift, const double *lever,
                                const double *change, double *out);
/* (1 - b m×)⁻¹ of vectors into out; the stiffness is (vertices). */
void hebbfilm_midpoint_precondition(int vertices, const double *stiffness, const Gilbert *gilbert,
                                    double tau, const double *m, const double *vectors,
                                    double *out);
/* Adds to half; the largest |correction|². */
double hebbfilm_midpoint_correct(int vertices, const double *correction, double *half);
/* (m + 2 w)/|…| into m; the largest |m - since|². */
double hebbfilm_midpoint_finish(int vertices, const double *half, const double *since, double *m);
