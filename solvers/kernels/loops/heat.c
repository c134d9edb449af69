/* The heat of a current, cell by cell. */

static inline void power_density_in(const Cells *cells, int d, const double *j,
                                    const double *potential, double *power)
{
    for (int group = 0; LANES * group < cells->count; group++) {
        const int *corners = cells->vertices + (ptrdiff_t)(d + 1) * LANES * group;
        const double *gradients = gradients_of(cells, d, group);
        Group written = group_of(group, cells->count);
        int start[LANES];
        members(group, cells->count, start);
        for (int lane = 0; lane < LANES; lane++)
            start[lane] *= d;
        Lanes value = all(0);
        for (int k = 0; k < d; k++) {
            Lanes slope_of_potential = all(0);
            for (int a = 0; a <= d; a++)
                slope_of_potential +=
                    slope(gradients, d, a, k) * pick(potential, corners + LANES * a);
            value -= pick(j + k, start) * slope_of_potential;
        }
        for (int lane = 0; lane < written.size; lane++)
            power[written.first + lane] = value[lane];
    }
}

void hebbfilm_power_density(const Cells *cells, const double *j, const double *potential,
                            double *power)
{
    if (cells->d == 2)
        power_density_in(cells, 2, j, potential, power);
    else
        power_density_in(cells, 3, j, potential, power);
}
