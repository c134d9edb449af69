/* Loops over the cells of a mesh: σ(m), what cells add to P1 matrices, and j.

   The dimension is a constant of each loop's inline body, so that the compiler unrolls it. */

/* ρ = ρ⊥ 1 + Δρ <m mᵀ> + ρ_AH [<m>]×, means over the corners of LANES cells. */
static inline void resistivity_of(const Resistivity *given, const int *const *corners, int d,
                                  const double *m, Lanes rho[3][3])
{
    Lanes square[3][3] = {{{0}}};
    Vectors sum = {all(0), all(0), all(0)};
    for (int a = 0; a <= d; a++) {
        Vectors v = gather(m, corners[a]);
        const Lanes component[3] = {v.x, v.y, v.z};
        for (int k = 0; k < d; k++)
            for (int l = k; l < d; l++)
                square[k][l] += component[k] * component[l];
        sum = scaled_sum(sum, all(1), v);
    }
    double share = given->difference / (d + 1), hall = given->hall / (d + 1);
    for (int k = 0; k < d; k++)
        for (int l = k; l < d; l++)
            rho[k][l] = rho[l][k] = share * square[k][l] + (k == l ? given->perpendicular : 0);
    rho[0][1] -= hall * sum.z;
    rho[1][0] += hall * sum.z;
    if (d == 3) {
        rho[0][2] += hall * sum.y;
        rho[2][0] -= hall * sum.y;
        rho[1][2] -= hall * sum.x;
        rho[2][1] += hall * sum.x;
    }
}

static inline void invert_2(Lanes rho[3][3], Lanes sigma[3][3])
{
    Lanes scale = 1 / (rho[0][0] * rho[1][1] - rho[0][1] * rho[1][0]);
    sigma[0][0] = rho[1][1] * scale;
    sigma[1][1] = rho[0][0] * scale;
    sigma[0][1] = -rho[0][1] * scale;
    sigma[1][0] = -rho[1][0] * scale;
}

static inline void invert_3(Lanes rho[3][3], Lanes sigma[3][3])
{
    /* Cyclic indices give the cofactors their signs. */
    for (int k = 0; k < 3; k++)
        for (int l = 0; l < 3; l++) {
            int k1 = (k + 1) % 3, k2 = (k + 2) % 3, l1 = (l + 1) % 3, l2 = (l + 2) % 3;
            sigma[l][k] = rho[k1][l1] * rho[k2][l2] - rho[k1][l2] * rho[k2][l1];
        }
    Lanes scale = 1 / (rho[0][0] * sigma[0][0] + rho[0][1] * sigma[1][0] + rho[0][2] * sigma[2][0]);
    for (int k = 0; k < 3; k++)
        for (int l = 0; l < 3; l++)
            sigma[k][l] *= scale;
}

static inline void conductivity_in(int d, int count, const int *vertices,
                                   const Resistivity *given, const double *m, double *out)
{
    for (int group = 0; LANES * group < count; group++) {
        int index[LANES], corner[4][LANES];
        members(group, count, index);
        for (int a = 0; a <= d; a++)
            for (int lane = 0; lane < LANES; lane++)
                corner[a][lane] = vertices[(ptrdiff_t)(d + 1) * index[lane] + a];
        const int *const corners[4] = {corner[0], corner[1], corner[2], corner[3]};
        Lanes rho[3][3], sigma[3][3];
        resistivity_of(given, corners, d, m, rho);
        if (d == 2)
            invert_2(rho, sigma);
        else
            invert_3(rho, sigma);
        for (int lane = 0; lane < LANES; lane++)
            for (int k = 0; k < d; k++)
                for (int l = 0; l < d; l++)
                    out[(ptrdiff_t)d * d * index[lane] + d * k + l] = sigma[k][l][lane];
    }
}

static inline void add_tensor_in(const Cells *cells, int d, const double *sigma, double *matrix)
{
    int corners = d + 1;
    for (int c = 0; c < cells->count; c++) {
        const double *gradients = cells->gradients + (ptrdiff_t)corners * d * c;
        const double *tensor = sigma + (ptrdiff_t)d * d * c;
        const int *entries = cells->entries + (ptrdiff_t)corners * corners * c;
        for (int b = 0; b < corners; b++) {
            double flux[3];
            for (int k = 0; k < d; k++) {
                flux[k] = 0;
                for (int l = 0; l < d; l++)
                    flux[k] += cells->volumes[c] * tensor[d * k + l] * gradients[d * b + l];
            }
            for (int a = 0; a < corners; a++) {
                double value = 0;
                for (int k = 0; k < d; k++)
                    value += gradients[d * a + k] * flux[k];
                matrix[entries[corners * a + b]] += value;
            }
        }
    }
}

static inline void add_advection_in(const Cells *cells, int d, double scale,
                                    const double *velocity, double *matrix)
{
    int corners = d + 1;
    for (int c = 0; c < cells->count; c++) {
        const double *gradients = cells->gradients + (ptrdiff_t)corners * d * c;
        const double *u = velocity + (ptrdiff_t)d * c;
        const int *entries = cells->entries + (ptrdiff_t)corners * corners * c;
        for (int b = 0; b < corners; b++) {
            double value = 0;
            for (int k = 0; k < d; k++)
                value += u[k] * gradients[d * b + k];
            value *= scale * cells->volumes[c] / corners;
            for (int a = 0; a < corners; a++)
                matrix[entries[corners * a + b]] += value;
        }
    }
}

static inline void current_density_in(const Cells *cells, int d, const double *sigma,
                                      const double *potential, double *j)
{
    int corners = d + 1;
    for (int c = 0; c < cells->count; c++) {
        const double *gradients = cells->gradients + (ptrdiff_t)corners * d * c;
        const double *tensor = sigma + (ptrdiff_t)d * d * c;
        const int *vertices = cells->vertices + (ptrdiff_t)corners * c;
        double slope[3] = {0};
        for (int a = 0; a < corners; a++)
            for (int k = 0; k < d; k++)
                slope[k] += gradients[d * a + k] * potential[vertices[a]];
        for (int k = 0; k < d; k++) {
            double value = 0;
            for (int l = 0; l < d; l++)
                value -= tensor[d * k + l] * slope[l];
            j[(ptrdiff_t)d * c + k] = value;
        }
    }
}

void conductivity(int d, int count, const int *vertices, const Resistivity *resistivity,
                  const double *m, double *sigma)
{
    if (d == 2)
        conductivity_in(2, count, vertices, resistivity, m, sigma);
    else
        conductivity_in(3, count, vertices, resistivity, m, sigma);
}

void add_tensor(const Cells *cells, const double *sigma, double *matrix)
{
    if (cells->d == 2)
        add_tensor_in(cells, 2, sigma, matrix);
    else
        add_tensor_in(cells, 3, sigma, matrix);
}

void add_advection(const Cells *cells, double scale, const double *velocity, double *matrix)
{
    if (cells->d == 2)
        add_advection_in(cells, 2, scale, velocity, matrix);
    else
        add_advection_in(cells, 3, scale, velocity, matrix);
}

void current_density(const Cells *cells, const double *sigma, const double *potential, double *j)
{
    if (cells->d == 2)
        current_density_in(cells, 2, sigma, potential, j);
    else
        current_density_in(cells, 3, sigma, potential, j);
}
