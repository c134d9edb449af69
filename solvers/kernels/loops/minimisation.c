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
