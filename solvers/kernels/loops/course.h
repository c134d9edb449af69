/* What Python sees of course.c; also read by cffi. SI units throughout; cells as in cells.h. */

/* What a change of σ(m) does to `fields` potentials, at most MOST_FIELDS, each (columns): over the
   cells of each strip ∫ E_i · δσ E_j and ∫ δσ E_i · σ⁻¹ δσ E_j with the later σ, for i >= j, first
   all of the former. `strip` is (count), or nothing of a single one; sums are added up. */
int hebbfilm_most_fields(void);
void hebbfilm_conductivity_change(const Cells *cells, const Resistivity *resistivity,
                                  const double *before, const double *after, int fields,
                                  int columns, const double *potentials, const int *strip,
                                  double *sums);
/* out = a bᵀ of a few fields a, (first, rows), and b, (second, rows). */
void hebbfilm_field_products(int rows, int first, int second, const double *a, const double *b,
                             double *out);
/* Sums over cells in which |j| is `least` or more: of Δm · ∂m/∂s, |∂m/∂s|², |Δm|² and 1, each times
   the volume, with s along j, m halfway between before and after, and means over the corners. */
void hebbfilm_displacement_sums(const Cells *cells, const double *before, const double *after,
                                const double *j, double least, double *sums);
