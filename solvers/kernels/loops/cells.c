/* Loops over the cells of a mesh: σ(m), what cells add to P1 matrices, and j.

   Cells write down what they add, LANES of them at once; then each entry of the matrix collects it.
   Adding cell by cell to entries that lie apart took twice as long. Rows whose last cell lies in a
   tile follow it at once: what cells add then never leaves the caches.

   The dimension is a constant of each loop's inline body, so that the compiler unrolls it. */

/* ρ = ρ⊥ 1 + Δρ <m mᵀ> + ρ_AH [<m>]×, means over the corners of LANES cells. */
static inline void resistivity_of(const Resistivity *given, int hall, int group, const int *corners,
                                  int d, const double *m, Lanes rho[3][3])
{
    ptrdiff_t own = (ptrdiff_t)given->stride * group;
    Lanes square[3][3] = {{{0}}};
    Vectors sum = {all(0), all(0), all(0)};
    for (int a = 0; a <= d; a++) {
        Vectors v = gather(m, corners + LANES * a);
        const Lanes component[3] = {v.x, v.y, v.z};
        for (int k = 0; k < d; k++)
            for (int l = k; l < d; l++)
                square[k][l] += component[k] * component[l];
        if (hall)
            sum = scaled_sum(sum, load(given->hall + own), v);
    }
    Lanes share = load(given->difference + own), across = load(given->perpendicular + own);
    for (int k = 0; k < d; k++)
        for (int l = k; l < d; l++)
            rho[k][l] = rho[l][k] = share * square[k][l] + (k == l ? across : all(0));
    if (!hall)
        return;
    rho[0][1] -= sum.z;
    rho[1][0] += sum.z;
    if (d == 3) {
        rho[0][2] += sum.y;
        rho[2][0] -= sum.y;
        rho[1][2] -= sum.x;
        rho[2][1] += sum.x;
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

static inline void conductivity_of(const Cells *cells, int d, int hall, int group,
                                   const Resistivity *given, const double *m, Lanes sigma[3][3])
{
    Lanes rho[3][3];
    const int *corners = cells->vertices + (ptrdiff_t)(d + 1) * LANES * group;
    resistivity_of(given, hall, group, corners, d, m, rho);
    if (d == 2)
        invert_2(rho, sigma);
    else
        invert_3(rho, sigma);
}

/* σ of a layer in the plane. */
static inline void layer_conductivity_of(const LayerResistivity *layer, int group,
                                         const int *corners, const double *m, Lanes sigma[3][3])
{
    ptrdiff_t own = (ptrdiff_t)layer->stride * group;
    Lanes rho[3][3] = {{{0}}}, xx = all(0), xy = all(0), yy = all(0);
    for (int a = 0; layer->depends_on_m && a < 3; a++) {
        Vectors v = gather(m, corners + LANES * a);
        xx += v.x * v.x;
        xy += v.x * v.y;
        yy += v.y * v.y;
    }
    Lanes largest = load(layer->largest + own), difference = load(layer->difference + own);
    rho[0][0] = largest - difference * yy;
    rho[1][1] = largest - difference * xx;
    rho[0][1] = rho[1][0] = difference * xy;
    invert_2(rho, sigma);
}

/* Adds Σ d_k/t σ_k, what the layers carry, to σ of the film. */
static inline void add_layers(const Cells *cells, int group, const Resistivity *given,
                              const double *m, Lanes sigma[3][3])
{
    Lanes shunt = load(given->shunt + (ptrdiff_t)given->stride * group);
    sigma[0][0] += shunt;
    sigma[1][1] += shunt;
    const int *corners = cells->vertices + (ptrdiff_t)3 * LANES * group;
    for (int each = 0; each < given->layer_count; each++) {
        const LayerResistivity *layer = given->layers[each];
        Lanes own[3][3], share = load(layer->share + (ptrdiff_t)layer->stride * group);
        layer_conductivity_of(layer, group, corners, m, own);
        for (int k = 0; k < 2; k++)
            for (int l = 0; l < 2; l++)
                sigma[k][l] += share * own[k][l];
    }
}

static inline const double *gradients_of(const Cells *cells, int d, int group)
{
    return cells->gradients + (ptrdiff_t)d * d * LANES * group;
}

/* Component k of ∇λ_a in 1/m; that of the first corner is what makes their sum zero. */
static inline Lanes slope(const double *gradients, int d, int a, int k)
{
    if (a > 0)
        return load(gradients + (d * (a - 1) + k) * LANES);
    Lanes sum = load(gradients + k * LANES);
    for (int other = 1; other < d; other++)
        sum += load(gradients + (d * other + k) * LANES);
    return -sum;
}

/* Groups of cells that follow one another, and where their parts go. */
typedef struct {
    int first, end;
    double *parts;
} Tile;

static inline Tile tile_of(const Cells *cells, const Around *around, int number)
{
    int groups = (cells->count + LANES - 1) / LANES, end = (number + 1) * around->tile;
    ptrdiff_t size = (ptrdiff_t)around->tile * around->number * LANES;
    return (Tile){number * around->tile, end < groups ? end : groups,
                  around->parts + number % around->kept * size};
}

/* Numbers ahead of a row that are asked for in time, as tiles break what the processor foresees;
   behind the last ones that does nothing. */
enum { ENTRIES_AHEAD = 128, PLACES_AHEAD = 512 };

#define GATHER_ROWS(PLACES, WIDTH)                                                                \
    for (int row = first; row < end; row++) {                                                     \
        double sum = 0;                                                                           \
        int begin = around->begins[row];                                                          \
        __builtin_prefetch(matrix + begin + ENTRIES_AHEAD, 1);                                    \
        __builtin_prefetch(around->PLACES + (ptrdiff_t)(WIDTH) * begin + PLACES_AHEAD);           \
        for (int entry = begin; entry < around->ends[row]; entry++) {                             \
            double value = 0;                                                                     \
            for (int k = 0; k < (WIDTH); k++)                                                     \
                value += around->parts[around->PLACES[(ptrdiff_t)(WIDTH) * entry + k]];           \
            matrix[entry] = value;                                                                \
            sum += value;                                                                         \
        }                                                                                         \
        matrix[around->diagonal[row]] = -sum;                                                     \
    }

/* The rows that a tile completes. */
static __attribute__((noinline)) void gather_rows(const Around *around, int tile, double *matrix)
{
    int first = tile ? around->until[tile - 1] : 0, end = around->until[tile];
    if (around->near && around->width == 2)
        GATHER_ROWS(near, 2)
    else if (around->near)
        GATHER_ROWS(near, around->width)
    else
        GATHER_ROWS(far, around->width)
}

/* V ∇λ_a · σ ∇λ_b for the corners a < b, or for all a and b; returns where the next ones go. */
static inline double *tensor_parts_of(const Cells *cells, int d, int symmetric, int group,
                                      Lanes sigma[3][3], double *parts)
{
    const double *gradients = gradients_of(cells, d, group);
    Lanes volume = load(cells->volumes + (ptrdiff_t)LANES * group);
    for (int b = symmetric ? 1 : 0; b <= d; b++) {
        Lanes flux[3];
        for (int k = 0; k < d; k++) {
            flux[k] = all(0);
            for (int l = 0; l < d; l++)
                flux[k] += sigma[k][l] * slope(gradients, d, b, l);
            flux[k] *= volume;
        }
        for (int a = 0; a < (symmetric ? b : d + 1); a++, parts += LANES) {
            Lanes value = all(0);
            for (int k = 0; k < d; k++)
                value += slope(gradients, d, a, k) * flux[k];
            store(value, parts);
        }
    }
    return parts;
}

static inline void conductivity_sums_in(const Cells *cells, int d, int hall, int layers,
                                        const Resistivity *given, const double *m,
                                        const Around *around, double *matrix)
{
    /* A copy, which nothing that is written can alter. */
    const Resistivity own = *given;
    for (int number = 0; number < around->tiles; number++) {
        Tile tile = tile_of(cells, around, number);
        for (int group = tile.first; group < tile.end; group++) {
            Lanes sigma[3][3];
            conductivity_of(cells, d, hall, group, &own, m, sigma);
            if (layers)
                add_layers(cells, group, &own, m, sigma);
            tile.parts = tensor_parts_of(cells, d, !hall, group, sigma, tile.parts);
        }
        gather_rows(around, number, matrix);
    }
}

static inline void tensor_sums_in(const Cells *cells, int d, int symmetric, const double *given,
                                  const Around *around, double *matrix)
{
    for (int number = 0; number < around->tiles; number++) {
        Tile tile = tile_of(cells, around, number);
        for (int group = tile.first; group < tile.end; group++, given += d * d * LANES) {
            Lanes sigma[3][3];
            for (int k = 0; k < d; k++)
                for (int l = 0; l < d; l++)
                    sigma[k][l] = load(given + (d * k + l) * LANES);
            tile.parts = tensor_parts_of(cells, d, symmetric, group, sigma, tile.parts);
        }
        gather_rows(around, number, matrix);
    }
}

/* Returns where the next parts go. */
static inline double *advection_parts_of(const Cells *cells, int d, double scale, int group,
                                         const double *velocity, double *parts)
{
    const double *gradients = gradients_of(cells, d, group);
    Lanes u[3], share = load(cells->volumes + (ptrdiff_t)LANES * group) * (scale / (d + 1));
    int start[LANES];
    members(group, cells->count, start);
    for (int lane = 0; lane < LANES; lane++)
        start[lane] *= d;
    for (int k = 0; k < d; k++)
        u[k] = pick(velocity + k, start);
    for (int b = 0; b <= d; b++, parts += LANES) {
        Lanes value = all(0);
        for (int k = 0; k < d; k++)
            value += u[k] * slope(gradients, d, b, k);
        store(share * value, parts);
    }
    return parts;
}

static inline void advection_sums_in(const Cells *cells, int d, double scale,
                                     const double *velocity, const Around *around, double *matrix)
{
    for (int number = 0; number < around->tiles; number++) {
        Tile tile = tile_of(cells, around, number);
        for (int group = tile.first; group < tile.end; group++)
            tile.parts = advection_parts_of(cells, d, scale, group, velocity, tile.parts);
        gather_rows(around, number, matrix);
    }
}

/* j = -σ ∇φ of one group. */
static inline void write_current_density(const Cells *cells, int d, int group, Lanes sigma[3][3],
                                         const double *potential, double *j)
{
    const int *corners = cells->vertices + (ptrdiff_t)(d + 1) * LANES * group;
    const double *gradients = gradients_of(cells, d, group);
    Lanes field[3] = {all(0), all(0), all(0)};
    for (int a = 0; a <= d; a++) {
        Lanes phi = pick(potential, corners + LANES * a);
        for (int k = 0; k < d; k++)
            field[k] -= slope(gradients, d, a, k) * phi;
    }
    Group written = group_of(group, cells->count);
    for (int k = 0; k < d; k++) {
        Lanes value = all(0);
        for (int l = 0; l < d; l++)
            value += sigma[k][l] * field[l];
        for (int lane = 0; lane < written.size; lane++)
            j[d * (written.first + lane) + k] = value[lane];
    }
}

/* σ is calculated anew: fewer numbers to write and to read. */
static inline void current_density_in(const Cells *cells, int d, int hall,
                                      const Resistivity *given, const double *m,
                                      const double *potential, double *j)
{
    for (int group = 0; LANES * group < cells->count; group++) {
        Lanes sigma[3][3];
        conductivity_of(cells, d, hall, group, given, m, sigma);
        write_current_density(cells, d, group, sigma, potential, j);
    }
}

void hebbfilm_conductivity_sums(const Cells *cells, const Resistivity *resistivity,
                                const double *m, const Around *around, double *matrix)
{
    int hall = resistivity->has_hall, layers = resistivity->has_shunt;
    if (cells->d == 3)
        conductivity_sums_in(cells, 3, hall, 0, resistivity, m, around, matrix);
    else if (hall)
        conductivity_sums_in(cells, 2, 1, layers, resistivity, m, around, matrix);
    else if (layers)
        conductivity_sums_in(cells, 2, 0, 1, resistivity, m, around, matrix);
    else
        conductivity_sums_in(cells, 2, 0, 0, resistivity, m, around, matrix);
}

void hebbfilm_tensor_sums(const Cells *cells, int symmetric, const double *sigma,
                          const Around *around, double *matrix)
{
    if (cells->d == 2 && symmetric)
        tensor_sums_in(cells, 2, 1, sigma, around, matrix);
    else if (cells->d == 2)
        tensor_sums_in(cells, 2, 0, sigma, around, matrix);
    else
        tensor_sums_in(cells, 3, symmetric, sigma, around, matrix);
}

void hebbfilm_advection_sums(const Cells *cells, double scale, const double *velocity,
                             const Around *around, double *matrix)
{
    if (cells->d == 2)
        advection_sums_in(cells, 2, scale, velocity, around, matrix);
    else
        advection_sums_in(cells, 3, scale, velocity, around, matrix);
}

void hebbfilm_current_density(const Cells *cells, const Resistivity *resistivity, const double *m,
                              const double *potential, double *j)
{
    int hall = resistivity->has_hall;
    if (cells->d == 2 && !hall)
        current_density_in(cells, 2, 0, resistivity, m, potential, j);
    else if (cells->d == 2)
        current_density_in(cells, 2, 1, resistivity, m, potential, j);
    else
        current_density_in(cells, 3, hall, resistivity, m, potential, j);
}

void hebbfilm_layer_current_density(const Cells *cells, const LayerResistivity *layer,
                                    const double *m, const double *potential, double *j)
{
    for (int group = 0; LANES * group < cells->count; group++) {
        Lanes sigma[3][3];
        const int *corners = cells->vertices + (ptrdiff_t)3 * LANES * group;
        layer_conductivity_of(layer, group, corners, m, sigma);
        write_current_density(cells, 2, group, sigma, potential, j);
    }
}
