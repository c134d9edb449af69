/* Loops over the cells of a mesh for what is told of a film from sample to sample. */

enum { MOST_FIELDS = 5, MOST_PAIRS = MOST_FIELDS * (MOST_FIELDS + 1) / 2 };

int hebbfilm_most_fields(void) { return MOST_FIELDS; }

/* -E = ∇φ of one group. */
static inline void slope_of(const Cells *cells, int d, int group, const double *potential,
                            Lanes field[3])
{
    const int *corners = cells->vertices + (ptrdiff_t)(d + 1) * LANES * group;
    const double *gradients = gradients_of(cells, d, group);
    for (int k = 0; k < d; k++)
        field[k] = all(0);
    for (int a = 0; a <= d; a++) {
        Lanes phi = pick(potential, corners + LANES * a);
        for (int k = 0; k < d; k++)
            field[k] += slope(gradients, d, a, k) * phi;
    }
}

static inline Lanes inner_of(int d, const Lanes a[3], const Lanes b[3])
{
    Lanes sum = a[0] * b[0];
    for (int k = 1; k < d; k++)
        sum += a[k] * b[k];
    return sum;
}

static inline void times_of(int d, Lanes tensor[3][3], const Lanes vector[3], Lanes product[3])
{
    for (int k = 0; k < d; k++)
        product[k] = inner_of(d, tensor[k], vector);
}

/* Volumes of one group, 0 of what only fills it up. */
static inline Lanes volumes_of(const Cells *cells, Group group)
{
    Lanes volume = load(cells->volumes + (ptrdiff_t)LANES * group.number);
    for (int lane = group.size; lane < LANES; lane++)
        volume[lane] = 0;
    return volume;
}

/* The 2 · pairs numbers of one group, each (LANES), times its volumes. */
static inline void change_of(const Cells *cells, int d, int layers, int number,
                             const Resistivity *given, const double *before, const double *after,
                             int fields, ptrdiff_t columns, const double *potentials,
                             Lanes found[2 * MOST_PAIRS])
{
    Lanes then[3][3], now[3][3], inverse[3][3];
    Lanes field[MOST_FIELDS][3], moved[MOST_FIELDS][3], against[3];
    conductivity_of(cells, d, 0, number, given, before, then);
    conductivity_of(cells, d, 0, number, given, after, now);
    if (layers) {
        add_layers(cells, number, given, before, then);
        add_layers(cells, number, given, after, now);
    }
    if (d == 2)
        invert_2(now, inverse);
    else
        invert_3(now, inverse);
    for (int k = 0; k < d; k++)
        for (int l = 0; l < d; l++)
            then[k][l] = now[k][l] - then[k][l];
    Lanes volume = volumes_of(cells, group_of(number, cells->count));
    Lanes *bound = found + fields * (fields + 1) / 2;
    for (int i = 0; i < fields; i++) {
        slope_of(cells, d, number, potentials + columns * i, field[i]);
        times_of(d, then, field[i], moved[i]);
        times_of(d, inverse, moved[i], against);
        for (int j = 0; j <= i; j++) {
            *found++ = volume * inner_of(d, field[j], moved[i]);
            *bound++ = volume * inner_of(d, moved[j], against);
        }
    }
}

static inline void conductivity_change_in(const Cells *cells, int d, int layers,
                                          const Resistivity *given, const double *before,
                                          const double *after, int fields, ptrdiff_t columns,
                                          const double *potentials, const int *strip, double *sums)
{
    int numbers = fields * (fields + 1);
    Lanes total[2 * MOST_PAIRS] = {{0}};
    for (int group = 0; LANES * group < cells->count; group++) {
        Lanes found[2 * MOST_PAIRS];
        change_of(cells, d, layers, group, given, before, after, fields, columns, potentials,
                  found);
        if (!strip) {
            for (int k = 0; k < numbers; k++)
                total[k] += found[k];
            continue;
        }
        Group own = group_of(group, cells->count);
        for (int lane = 0; lane < own.size; lane++)
            for (int k = 0; k < numbers; k++)
                sums[(ptrdiff_t)numbers * strip[own.first + lane] + k] += found[k][lane];
    }
    for (int k = 0; k < numbers; k++)
        for (int lane = 0; lane < LANES; lane++)
            sums[k] += total[k][lane];
}

void hebbfilm_conductivity_change(const Cells *cells, const Resistivity *resistivity,
                                  const double *before, const double *after, int fields,
                                  int columns, const double *potentials, const int *strip,
                                  double *sums)
{
    if (cells->d == 3)
        conductivity_change_in(cells, 3, 0, resistivity, before, after, fields, columns,
                               potentials, strip, sums);
    else if (resistivity->has_shunt)
        conductivity_change_in(cells, 2, 1, resistivity, before, after, fields, columns,
                               potentials, strip, sums);
    else
        conductivity_change_in(cells, 2, 0, resistivity, before, after, fields, columns,
                               potentials, strip, sums);
}

/* In a plane j is (count, 2), in space (count, 3). */
static inline void displacement_sums_in(const Cells *cells, int d, const double *before,
                                        const double *after, const double *j, double least,
                                        double *sums)
{
    Lanes product = all(0), stiffness = all(0), turned = all(0), whole = all(0);
    for (int group = 0; LANES * group < cells->count; group++) {
        const int *corners = cells->vertices + (ptrdiff_t)(d + 1) * LANES * group;
        const double *gradients = gradients_of(cells, d, group);
        Group own = group_of(group, cells->count);
        Lanes volume = volumes_of(cells, own), along[3], size = all(0);
        for (int k = 0; k < d; k++) {
            along[k] = all(0);
            for (int lane = 0; lane < own.size; lane++)
                along[k][lane] = j[d * (own.first + lane) + k];
            size += along[k] * along[k];
        }
        size = roots(size);
        for (int lane = 0; lane < own.size; lane++)
            if (!(size[lane] >= least))
                volume[lane] = 0;
        /* Where nothing flows no direction is asked for. */
        Lanes scale = 1 / (size + (Lanes)((Truth)all(1) & (size == 0)));
        Vectors change = {all(0), all(0), all(0)}, tilt = change;
        Lanes square = all(0);
        for (int a = 0; a <= d; a++) {
            Vectors then = gather(before, corners + LANES * a);
            Vectors now = gather(after, corners + LANES * a);
            Vectors moved = scaled_sum(now, all(-1), then), middle = scaled_sum(now, all(1), then);
            Lanes share = all(0);
            for (int k = 0; k < d; k++)
                share += slope(gradients, d, a, k) * along[k];
            tilt = scaled_sum(tilt, 0.5 * scale * share, middle);
            change = scaled_sum(change, all(1.0 / (d + 1)), moved);
            square += dot(moved, moved) / (d + 1);
        }
        product += volume * dot(change, tilt);
        stiffness += volume * dot(tilt, tilt);
        turned += volume * square;
        whole += volume;
    }
    const Lanes found[4] = {product, stiffness, turned, whole};
    for (int k = 0; k < 4; k++)
        for (int lane = 0; lane < LANES; lane++)
            sums[k] += found[k][lane];
}

void hebbfilm_displacement_sums(const Cells *cells, const double *before, const double *after,
                                const double *j, double least, double *sums)
{
    if (cells->d == 2)
        displacement_sums_in(cells, 2, before, after, j, least, sums);
    else
        displacement_sums_in(cells, 3, before, after, j, least, sums);
}

static inline double dot_of(const double *a, const double *b, int count)
{
    Lanes even = all(0), odd = all(0);
    int k = 0;
    for (; k + 2 * LANES <= count; k += 2 * LANES) {
        even += load(a + k) * load(b + k);
        odd += load(a + k + LANES) * load(b + k + LANES);
    }
    even += odd;
    double sum = 0;
    for (int lane = 0; lane < LANES; lane++)
        sum += even[lane];
    for (; k < count; k++)
        sum += a[k] * b[k];
    return sum;
}

void hebbfilm_field_products(int rows, int first, int second, const double *a, const double *b,
                             double *out)
{
    /* As many rows at once as stay in the nearest cache. */
    enum { BLOCK = 256 };
    memset(out, 0, sizeof *out * first * second);
    for (int start = 0; start < rows; start += BLOCK) {
        int size = rows - start < BLOCK ? rows - start : BLOCK;
        for (int i = 0; i < first; i++)
            for (int j = 0; j < second; j++)
                out[second * i + j] +=
                    dot_of(a + (ptrdiff_t)rows * i + start, b + (ptrdiff_t)rows * j + start, size);
    }
}
