/* Loops of the implicit midpoint rule over the vertices; midpoint.py says what they are for. */

/* Of a drift the part across m, whose length may be less than one. */
static inline Vectors across(Vectors drift, Vectors m)
{
    return scaled_sum(drift, -(dot_from_y(drift, m) / dot_from_y(m, m)), m);
}

/* τ (γ₀ H - β a) - α w. */
static inline Vectors push(Turning turning, double tau, Vectors field, Vectors drift, Vectors half)
{
    Lanes gamma = turning.gamma, beta = turning.beta, alpha = turning.alpha;
    return (Vectors){tau * (gamma * field.x - beta * drift.x) - alpha * half.x,
                     tau * (gamma * field.y - beta * drift.y) - alpha * half.y,
                     tau * (gamma * field.z - beta * drift.z) - alpha * half.z};
}

void hebbfilm_midpoint_residual(int vertices, const Gilbert *gilbert, double tau, const double *m,
                                const double *field, const double *drift, const double *half,
                                double *lever, double *out)
{
    Turning turning = turning_of(gilbert, 0);
    for (int chunk = 0; LANES * chunk < vertices; chunk++) {
        Group group = group_of(chunk, vertices);
        turning = next_turning(gilbert, chunk, turning);
        Vectors own = gather_group(m, group), w = gather_group(half, group);
        Vectors a = across(gather_group(drift, group), own);
        Vectors b = push(turning, tau, gather_group(field, group), a, w);
        scatter_group(b, group, lever);
        Vectors missing = {own.z * b.y - (w.x + tau * a.x + own.y * b.z),
                           own.x * b.z - (w.y + tau * a.y + own.z * b.x),
                           own.y * b.x - (w.z + tau * a.z + own.x * b.y)};
        scatter_group(missing, group, out);
    }
}

void hebbfilm_midpoint_jacobian(int vertices, const Gilbert *gilbert, double tau, const double *m,
                                const double *field, const double *drift, const double *lever,
                                const double *change, double *out)
{
    Turning turning = turning_of(gilbert, 0);
    for (int chunk = 0; LANES * chunk < vertices; chunk++) {
        Group group = group_of(chunk, vertices);
        turning = next_turning(gilbert, chunk, turning);
        Vectors own = gather_group(m, group), u = gather_group(change, group);
        Vectors a = across(gather_group(drift, group), own), b = gather_group(lever, group);
        Vectors p = push(turning, tau, gather_group(field, group), a, u);
        Vectors found = {
            u.x + tau * a.x + b.z * u.y + p.z * own.y - (p.y * own.z + b.y * u.z),
            u.y + tau * a.y + b.x * u.z + p.x * own.z - (b.z * u.x + p.z * own.x),
            u.z + tau * a.z + b.y * u.x + p.y * own.x - (p.x * own.y + b.x * u.y),
        };
        scatter_group(found, group, out);
    }
}

void hebbfilm_midpoint_precondition(int vertices, const double *stiffness, const Gilbert *gilbert,
                                    double tau, const double *m, const double *vectors, double *out)
{
    Turning turning = turning_of(gilbert, 0);
    for (int chunk = 0; LANES * chunk < vertices; chunk++) {
        Group group = group_of(chunk, vertices);
        turning = next_turning(gilbert, chunk, turning);
        Vectors own = gather_group(m, group), r = gather_group(vectors, group);
        Lanes b = tau * turning.gamma * load_group(stiffness, group) + turning.alpha;
        Lanes square = b * b, scale = 1 / (1 + square);
        Lanes along = square * (own.y * r.y + own.z * r.z + own.x * r.x);
        Vectors found = scaled_sum(scaled_sum(r, b, cross(own, r)), along, own);
        scatter_group(scaled(scale, found), group, out);
    }
}

double hebbfilm_midpoint_correct(int vertices, const double *correction, double *half)
{
    Lanes change = all(0);
    for (int chunk = 0; LANES * chunk < vertices; chunk++) {
        Group group = group_of(chunk, vertices);
        Vectors shift = gather_group(correction, group);
        change = larger(change, dot_from_y(shift, shift));
    }
    hebbfilm_move(vertices, half, correction, 1, half);
    return largest(change);
}

double hebbfilm_midpoint_finish(int vertices, const double *half, const double *since, double *m)
{
    Lanes change = all(0);
    for (int chunk = 0; LANES * chunk < vertices; chunk++) {
        Group group = group_of(chunk, vertices);
        Vectors end = scaled_sum(gather_group(m, group), all(2), gather_group(half, group));
        end = shortened(end, dot_from_y(end, end));
        scatter_group(end, group, m);
        Vectors difference = scaled_sum(end, all(-1), gather_group(since, group));
        change = larger(change, dot_from_y(difference, difference));
    }
    return largest(change);
}
