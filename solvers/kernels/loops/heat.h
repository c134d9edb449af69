/* What Python sees of heat.c; also read by cffi. */

/* j · E in W/m³ of each cell, (count), of j (count, d) in A/m² and φ (columns) in V. */
void hebbfilm_power_density(const Cells *cells, const double *j, const double *potential,
                            double *power);
