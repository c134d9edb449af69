/* Loops of the minimiser over the vertices; minimisation.py says what they are for. */

void hebbfilm_minimiser_gradient(int vertices, const double *field, const double *external,
                                 const double *m, const double *root_weight, double *out,
                                 double *energy, double *torque)
{
    Lanes most = all(0);
    double sum = 0;
    for (int chunk = 0; LANES * chunk < vertices; chunk++) {
        Group group = group_of(chunk, vertices);
        Vectors h = gather_group(field, group), own = gather_group(m, group);
        Vectors quadratic = scaled_sum(h, all(-1), gather_group(external, group));
        Lanes root = load_group(root_weight, group);
        Lanes weight = 0.5 * (root * root), along = dot_from_y(own, quadratic);
        for (int lane = 0; lane < group.size; lane++)
            sum -= weight[lane] * along[lane];
        Vectors slope = scaled_sum(scaled(all(-1), h), dot_from_y(own, h), own);
        scatter_group(scaled(root, slope), group, out);
        most = larger(most, dot(slope, slope));
    }
    *energy = sum;
    *torque = largest(most);
}

double hebbfilm_minimiser_project(int vertices, const double *m, const double *root_weight,
                                  double *vectors)
{
    Lanes most = all(0);
    for (int chunk = 0; LANES * chunk < vertices; chunk++) {
        Group group = group_of(chunk, vertices);
        Vectors own = gather_group(m, group);
        Vectors p = scaled(1 / load_group(root_weight, group), gather_group(vectors, group));
        p = scaled_sum(p, -dot_from_y(own, p), own);
        scatter_group(p, group, vectors);
        most = larger(most, dot(p, p));
    }
    return largest(most);
}

void hebbfilm_minimiser_turn(int vertices, const double *m, const double *direction, double length,
                             double *out)
{
    for (int chunk = 0; LANES * chunk < vertices; chunk++) {
        Group group = group_of(chunk, vertices);
        Vectors turned =
            scaled_sum(gather_group(m, group), all(length), gather_group(direction, group));
        scatter_group(shortened(turned, dot_from_y(turned, turned)), group, out);
    }
}

void hebbfilm_minimiser_secant(int vertices, const double *m, const double *before,
                               const double *gradient, const double *gradient_before,
                               const double *root_weight, double *shift, double *rise)
{
    for (int chunk = 0; LANES * chunk < vertices; chunk++) {
        Group group = group_of(chunk, vertices);
        Vectors change = scaled_sum(gather_group(m, group), all(-1), gather_group(before, group));
        scatter_group(scaled(load_group(root_weight, group), change), group, shift);
    }
    for (ptrdiff_t k = 0; k < 3 * (ptrdiff_t)vertices; k++)
        rise[k] = gradient[k] - gradient_before[k];
}

/* Of rows of a table with some of them, block by block: each row comes from memory once. */
enum { PRODUCT_BLOCK = 64 * LANES };

static double product_of(const double *a, const double *b, ptrdiff_t size)
{
    Lanes sums[4] = {all(0), all(0), all(0), all(0)};
    ptrdiff_t k = 0;
    for (; k + 4 * LANES <= size; k += 4 * LANES)
        for (int part = 0; part < 4; part++)
            sums[part] += load(a + k + part * LANES) * load(b + k + part * LANES);
    Lanes sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    double found = 0;
    for (int lane = 0; lane < LANES; lane++)
        found += sum[lane];
    for (; k < size; k++)
        found += a[k] * b[k];
    return found;
}

void hebbfilm_minimiser_products(int vertices, int rows, const double *table, int count,
                                 const int *chosen, double *out)
{
    ptrdiff_t columns = 3 * (ptrdiff_t)vertices;
    memset(out, 0, rows * count * sizeof *out);
    for (ptrdiff_t first = 0; first < columns; first += PRODUCT_BLOCK) {
        ptrdiff_t left = columns - first, size = left < PRODUCT_BLOCK ? left : PRODUCT_BLOCK;
        for (int row = 0; row < rows; row++)
            for (int k = 0; k < count; k++)
                out[row * count + k] += product_of(table + row * columns + first,
                                                   table + chosen[k] * columns + first, size);
    }
}
