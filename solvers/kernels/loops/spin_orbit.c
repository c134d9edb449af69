/* What the currents of layers give to the vertices of a film; spin_orbit.py says what it is for. */

void hebbfilm_add_turned(int rows, const int *starts, const int *faces, const double *weights,
                         int d, const double *density, double *sums)
{
    for (int row = 0; row < rows; row++) {
        double x = 0, y = 0;
        for (int k = starts[row]; k < starts[row + 1]; k++) {
            const double *j = density + (ptrdiff_t)d * faces[k];
            x += weights[k] * j[0];
            y += weights[k] * j[1];
        }
        sums[3 * (ptrdiff_t)row] += y;
        sums[3 * (ptrdiff_t)row + 1] -= x;
    }
}
