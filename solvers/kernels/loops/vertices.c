/* The inner loop: effective field, torque and stage update of the equation of motion in one pass.

   LANES vertices are treated at once, so that the chains of additions over their neighbours run
   side by side. The couplings lie in the order in which they are read (a sliced ELLPACK matrix;
   M. Kreutzer et al., SIAM J. Sci. Comput. 36, C401 (2014)). kernel_reference.py says the same in
   plain NumPy. */

enum { SHORT_PAIR = 4, LONG_PAIR = 5 };

typedef struct {
    Vectors field, drift;
} Acting;

int hebbfilm_lanes_per_chunk(void) { return LANES; }

/* What the neighbours do, by field and drift, in J and m³/s. */
INLINE Acting sum_pairs(const Couplings *couplings, int chunk, const double *m, int components,
                        int last)
{
    Acting sum = {{all(0), all(0), all(0)}, {all(0), all(0), all(0)}};
    Vectors *h = &sum.field;
    for (int k = couplings->starts[chunk]; k < couplings->starts[chunk + 1]; k++) {
        const float *pair = couplings->pairs + (ptrdiff_t)components * LANES * k;
        Vectors v = gather_at(m, couplings->rows + (ptrdiff_t)LANES * k, last);
        Lanes exchange = load_narrow(pair), drift = load_narrow(pair + LANES);
        Lanes dx = load_narrow(pair + 2 * LANES), dy = load_narrow(pair + 3 * LANES);
        h->x += exchange * v.x + dy * v.z;
        h->y += exchange * v.y - dx * v.z;
        h->z += exchange * v.z + (dx * v.y - dy * v.x);
        sum.drift = scaled_sum(sum.drift, drift, v);
        if (components == LONG_PAIR) {
            Lanes dz = load_narrow(pair + 4 * LANES);
            h->x -= dz * v.y;
            h->y += dz * v.x;
        }
    }
    return sum;
}

/* The same of few chunks, whose neighbours may be the last row of m. */
static __attribute__((noinline)) Acting sum_last_pairs(const Couplings *couplings, int chunk,
                                                       const double *m)
{
    return couplings->components == SHORT_PAIR ? sum_pairs(couplings, chunk, m, SHORT_PAIR, 1)
                                               : sum_pairs(couplings, chunk, m, LONG_PAIR, 1);
}

INLINE Acting sum_all_pairs(const Couplings *couplings, int chunk, const double *m)
{
    if (couplings->last[chunk])
        return sum_last_pairs(couplings, chunk, m);
    return couplings->components == SHORT_PAIR ? sum_pairs(couplings, chunk, m, SHORT_PAIR, 0)
                                               : sum_pairs(couplings, chunk, m, LONG_PAIR, 0);
}

/* The field m × q beside another. */
static inline Vectors with_twist(const Couplings *couplings, Group group, Vectors own,
                                 Vectors field)
{
    if (!couplings->twist)
        return field;
    return scaled_sum(field, all(1), cross(own, gather_group(couplings->twist, group)));
}

/* The linear part of the field and (u·∇)m on the vertices of a chunk, but for what a vertex does
   to itself by exchange and drift: that lies along m. */
INLINE Acting act(const Couplings *couplings, Group group, const double *m, Vectors own)
{
    Acting sum = sum_all_pairs(couplings, group.number, m);
    Lanes per_volume = load(couplings->per_volume + group.first);
    Lanes per_energy =
        load(couplings->field_per_energy + (ptrdiff_t)couplings->field_stride * group.number);
    const double *tensor =
        couplings->onsite + (ptrdiff_t)couplings->onsite_stride * group.number;
    Lanes xx = load(tensor), yy = load(tensor + LANES), zz = load(tensor + 2 * LANES);
    Lanes xy = load(tensor + 3 * LANES), xz = load(tensor + 4 * LANES);
    Lanes yz = load(tensor + 5 * LANES);
    Vectors onsite = {xx * own.x + xy * own.y + xz * own.z, xy * own.x + yy * own.y + yz * own.z,
                      xz * own.x + yz * own.y + zz * own.z};
    Vectors none = {all(0), all(0), all(0)};
    Vectors field = scaled_sum(onsite, per_energy * per_volume, sum.field);
    return (Acting){with_twist(couplings, group, own, field),
                    scaled_sum(none, per_volume, sum.drift)};
}

static inline Vectors with_external(const Couplings *couplings, Group group, Vectors field)
{
    if (!couplings->external)
        return field;
    return scaled_sum(field, all(1), gather_group(couplings->external, group));
}

/* The linear part of the field with all that a vertex does to itself. */
static inline Vectors whole(const Couplings *couplings, Group group, Vectors own, Vectors field)
{
    return scaled_sum(field, load(couplings->self + group.first), own);
}

/* γ₀, α and β on the vertices of a chunk, and 1/(1 + α²). */
typedef struct {
    Lanes gamma, alpha, beta, share;
} Turning;

static inline Turning turning_of(const Gilbert *gilbert, int chunk)
{
    const double *values = gilbert->values + (ptrdiff_t)gilbert->stride * chunk;
    Lanes alpha = load(values + LANES);
    return (Turning){load(values), alpha, load(values + 2 * LANES), 1 / (1 + alpha * alpha)};
}

/* The same where that of another chunk is known, as it is for all if there is one for all. */
static inline Turning next_turning(const Gilbert *gilbert, int chunk, Turning known)
{
    return gilbert->stride ? turning_of(gilbert, chunk) : known;
}

/* ∂m/∂t, solved for the Gilbert damping. */
INLINE Vectors rate_of(const Couplings *couplings, Turning turning, Group group, const double *m)
{
    Vectors own = gather_group(m, group);
    Acting acting = act(couplings, group, m, own);
    Vectors field = with_external(couplings, group, acting.field);
    /* Lumping leaves the drift a small part along m, which is no torque. */
    Vectors drift = scaled_sum(acting.drift, -dot(acting.drift, own), own);
    Lanes gamma = turning.gamma, beta = turning.beta;
    Vectors push = {beta * drift.x - gamma * field.x, beta * drift.y - gamma * field.y,
                    beta * drift.z - gamma * field.z};
    Vectors torque = scaled_sum(cross(own, push), all(-1), drift);
    return scaled(turning.share, scaled_sum(torque, turning.alpha, cross(own, torque)));
}

void hebbfilm_effective_field(const Couplings *couplings, const double *m, double *field)
{
    for (int chunk = 0; chunk < couplings->chunks; chunk++) {
        Group group = group_of(chunk, couplings->vertices);
        Vectors own = gather_group(m, group);
        Vectors linear = whole(couplings, group, own, act(couplings, group, m, own).field);
        scatter_group(with_external(couplings, group, linear), group, field);
    }
}

void hebbfilm_linear_field(const Couplings *couplings, const double *m, double *field,
                              double *drift)
{
    for (int chunk = 0; chunk < couplings->chunks; chunk++) {
        Group group = group_of(chunk, couplings->vertices);
        Vectors own = gather_group(m, group);
        Acting acting = act(couplings, group, m, own);
        scatter_group(whole(couplings, group, own, acting.field), group, field);
        scatter_group(acting.drift, group, drift);
    }
}

void hebbfilm_rate(const Couplings *couplings, const Gilbert *gilbert, const double *m,
                   double *rate)
{
    Turning turning = turning_of(gilbert, 0);
    for (int chunk = 0; chunk < couplings->chunks; chunk++) {
        Group group = group_of(chunk, couplings->vertices);
        turning = next_turning(gilbert, chunk, turning);
        scatter_group(rate_of(couplings, turning, group, m), group, rate);
    }
}

void hebbfilm_move(int vertices, const double *m, const double *rate, double shift, double *out)
{
    for (ptrdiff_t k = 0; k < 3 * (ptrdiff_t)vertices; k++)
        out[k] = m[k] + shift * rate[k];
}

void hebbfilm_predict(const Couplings *couplings, const Gilbert *gilbert, const double *argument,
                      const double *m, double shift, double *out)
{
    Turning turning = turning_of(gilbert, 0);
    for (int chunk = 0; chunk < couplings->chunks; chunk++) {
        Group group = group_of(chunk, couplings->vertices);
        turning = next_turning(gilbert, chunk, turning);
        Vectors rate = rate_of(couplings, turning, group, argument);
        scatter_group(scaled_sum(gather_group(m, group), all(shift), rate), group, out);
    }
}

INLINE double finish_by(const Couplings *couplings, const Gilbert *gilbert, const double *weights,
                        double *before, const double *argument, const double *since, double *m,
                        double *rate, int foretells)
{
    Turning turning = turning_of(gilbert, 0);
    Lanes change = all(0);
    for (int chunk = 0; chunk < couplings->chunks; chunk++) {
        Group group = group_of(chunk, couplings->vertices);
        turning = next_turning(gilbert, chunk, turning);
        Vectors last = rate_of(couplings, turning, group, argument);
        Vectors start = gather_group(m, group), end = start;
        if (foretells) {
            Vectors first = gather_group(rate, group);
            end = scaled_sum(end, all(weights[0]), first);
            /* Rates of the two stages before are read off the arguments that they led to. */
            Vectors earlier = scaled_sum(gather_group(before, group), all(-1), start);
            Vectors later = scaled_sum(gather_group(argument, group), all(-1), start);
            Vectors following =
                scaled_sum(scaled(all(weights[2]), first), all(weights[3]), earlier);
            following = scaled_sum(following, all(weights[4]), later);
            scatter_group(scaled_sum(following, all(weights[5]), last), group, rate);
        }
        end = scaled_sum(end, all(weights[1]), last);
        end = shortened(end, dot(end, end));
        scatter_group(start, group, before);
        scatter_group(end, group, m);
        Vectors difference = scaled_sum(end, all(-1), gather_group(since, group));
        change = larger(change, dot(difference, difference));
    }
    return largest(change);
}

double hebbfilm_finish(const Couplings *couplings, const Gilbert *gilbert, const double *weights,
                       double *before, const double *argument, const double *since, double *m,
                       double *rate)
{
    return rate ? finish_by(couplings, gilbert, weights, before, argument, since, m, rate, 1)
                : finish_by(couplings, gilbert, weights, before, argument, since, m, NULL, 0);
}

double hebbfilm_replace_rate(const Couplings *couplings, const Gilbert *gilbert, const double *m,
                             double *rate)
{
    Turning turning = turning_of(gilbert, 0);
    Lanes change = all(0);
    for (int chunk = 0; chunk < couplings->chunks; chunk++) {
        Group group = group_of(chunk, couplings->vertices);
        turning = next_turning(gilbert, chunk, turning);
        Vectors now = rate_of(couplings, turning, group, m);
        Vectors difference = scaled_sum(now, all(-1), gather_group(rate, group));
        scatter_group(now, group, rate);
        change = larger(change, dot(difference, difference));
    }
    return largest(change);
}

void hebbfilm_fill_pairs(int count, int components, const int *entries, const double *values,
                         float *pairs)
{
    for (int k = 0; k < count; k++, entries += LANES, pairs += (ptrdiff_t)components * LANES)
        for (int lane = 0; lane < LANES; lane++)
            pairs[lane] = entries[lane] < 0 ? 0 : (float)values[entries[lane]];
}
