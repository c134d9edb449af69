/* LANES numbers at once, with the vector types that GCC and Clang share: as many as a register of
   the processor holds. */

#include <math.h>
#include <stddef.h>
#include <string.h>
#ifdef __AVX2__
#include <immintrin.h>
#endif

#ifndef HEBBFILM_LANES
#ifdef __AVX512F__
#define HEBBFILM_LANES 8
#else
#define HEBBFILM_LANES 4
#endif
#endif

enum { LANES = HEBBFILM_LANES };

/* Bodies that hold a loop are too large for GCC's taste; but a call hands vectors over in memory. */
#define INLINE static inline __attribute__((always_inline))

typedef double Lanes __attribute__((vector_size(LANES * sizeof(double))));
typedef double Pair __attribute__((vector_size(2 * sizeof(double))));
typedef double Quad __attribute__((vector_size(4 * sizeof(double))));
typedef long long Truth __attribute__((vector_size(LANES * sizeof(long long))));

typedef struct {
    Lanes x, y, z;
} Vectors;

static inline Lanes all(double value) { return value - (Lanes){0}; }

static inline Lanes load(const double *values)
{
    Lanes lanes;
    memcpy(&lanes, values, sizeof lanes);
    return lanes;
}

static inline void store(Lanes lanes, double *values) { memcpy(values, &lanes, sizeof lanes); }

static inline Pair load_pair(const double *values)
{
    Pair pair;
    memcpy(&pair, values, sizeof pair);
    return pair;
}

static inline void store_pair(Pair pair, double *values) { memcpy(values, &pair, sizeof pair); }

static inline Quad load_quad(const double *values)
{
    Quad quad;
    memcpy(&quad, values, sizeof quad);
    return quad;
}

static inline Lanes pick(const double *values, const int *index)
{
    Lanes picked;
    for (int lane = 0; lane < LANES; lane++)
        picked[lane] = values[index[lane]];
    return picked;
}

#if HEBBFILM_LANES == 8

/* Element by element: GCC makes one instruction of it, not so of __builtin_convertvector. */
static inline Lanes load_narrow(const float *v)
{
    return (Lanes){v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]};
}

/* x, y and z from places each of which has one more number behind it. */
static inline Vectors collect_padded(const double *const *row)
{
    Lanes rows[4];
    for (int k = 0; k < 4; k++)
        rows[k] = __builtin_shufflevector(load_quad(row[k]), load_quad(row[k + 4]), 0, 1, 2, 3, 4,
                                          5, 6, 7);
    Lanes xz = __builtin_shufflevector(rows[0], rows[1], 0, 8, 2, 10, 4, 12, 6, 14);
    Lanes y = __builtin_shufflevector(rows[0], rows[1], 1, 9, 3, 11, 5, 13, 7, 15);
    Lanes next_xz = __builtin_shufflevector(rows[2], rows[3], 0, 8, 2, 10, 4, 12, 6, 14);
    Lanes next_y = __builtin_shufflevector(rows[2], rows[3], 1, 9, 3, 11, 5, 13, 7, 15);
    return (Vectors){__builtin_shufflevector(xz, next_xz, 0, 1, 8, 9, 4, 5, 12, 13),
                     __builtin_shufflevector(y, next_y, 0, 1, 8, 9, 4, 5, 12, 13),
                     __builtin_shufflevector(xz, next_xz, 2, 3, 10, 11, 6, 7, 14, 15)};
}

/* x, y and z from any places. */
static inline Vectors collect_rows(const double *const *row)
{
    const double *a = row[0], *b = row[1], *c = row[2], *d = row[3];
    const double *e = row[4], *f = row[5], *g = row[6], *h = row[7];
    Lanes even = {a[0], a[1], c[0], c[1], e[0], e[1], g[0], g[1]};
    Lanes odd = {b[0], b[1], d[0], d[1], f[0], f[1], h[0], h[1]};
    return (Vectors){__builtin_shufflevector(even, odd, 0, 8, 2, 10, 4, 12, 6, 14),
                     __builtin_shufflevector(even, odd, 1, 9, 3, 11, 5, 13, 7, 15),
                     {a[2], b[2], c[2], d[2], e[2], f[2], g[2], h[2]}};
}

/* Rows that follow one another. */
static inline Vectors split_rows(const double *rows)
{
    Lanes a = load(rows), b = load(rows + LANES), c = load(rows + 2 * LANES);
    Lanes x = __builtin_shufflevector(a, b, 0, 3, 6, 9, 12, 15, 0, 0);
    Lanes y = __builtin_shufflevector(a, b, 1, 4, 7, 10, 13, 0, 0, 0);
    Lanes z = __builtin_shufflevector(a, b, 2, 5, 8, 11, 14, 0, 0, 0);
    return (Vectors){__builtin_shufflevector(x, c, 0, 1, 2, 3, 4, 5, 10, 13),
                     __builtin_shufflevector(y, c, 0, 1, 2, 3, 4, 8, 11, 14),
                     __builtin_shufflevector(z, c, 0, 1, 2, 3, 4, 9, 12, 15)};
}

static inline void join_rows(Vectors v, double *rows)
{
    Lanes a = __builtin_shufflevector(v.x, v.y, 0, 8, 0, 1, 9, 0, 2, 10);
    Lanes b = __builtin_shufflevector(v.x, v.y, 0, 3, 11, 0, 4, 12, 0, 5);
    Lanes c = __builtin_shufflevector(v.x, v.y, 13, 0, 6, 14, 0, 7, 15, 0);
    store(__builtin_shufflevector(a, v.z, 0, 1, 8, 3, 4, 9, 6, 7), rows);
    store(__builtin_shufflevector(b, v.z, 10, 1, 2, 11, 4, 5, 12, 7), rows + LANES);
    store(__builtin_shufflevector(c, v.z, 0, 13, 2, 3, 14, 5, 6, 15), rows + 2 * LANES);
}

#else

static inline Lanes load_narrow(const float *v) { return (Lanes){v[0], v[1], v[2], v[3]}; }

static inline Vectors collect_padded(const double *const *row)
{
    Lanes a = load_quad(row[0]), b = load_quad(row[1]);
    Lanes c = load_quad(row[2]), d = load_quad(row[3]);
    Lanes xz = __builtin_shufflevector(a, b, 0, 4, 2, 6);
    Lanes y = __builtin_shufflevector(a, b, 1, 5, 3, 7);
    Lanes next_xz = __builtin_shufflevector(c, d, 0, 4, 2, 6);
    Lanes next_y = __builtin_shufflevector(c, d, 1, 5, 3, 7);
    return (Vectors){__builtin_shufflevector(xz, next_xz, 0, 1, 4, 5),
                     __builtin_shufflevector(y, next_y, 0, 1, 4, 5),
                     __builtin_shufflevector(xz, next_xz, 2, 3, 6, 7)};
}

static inline Vectors collect_rows(const double *const *row)
{
    const double *a = row[0], *b = row[1], *c = row[2], *d = row[3];
    Lanes even = __builtin_shufflevector(load_pair(a), load_pair(c), 0, 1, 2, 3);
    Lanes odd = __builtin_shufflevector(load_pair(b), load_pair(d), 0, 1, 2, 3);
    return (Vectors){__builtin_shufflevector(even, odd, 0, 4, 2, 6),
                     __builtin_shufflevector(even, odd, 1, 5, 3, 7),
                     {a[2], b[2], c[2], d[2]}};
}

static inline Vectors split_rows(const double *rows)
{
    const double *row[LANES] = {rows, rows + 3, rows + 6, rows + 9};
    return collect_rows(row);
}

static inline void join_rows(Vectors v, double *rows)
{
    Lanes even = __builtin_shufflevector(v.x, v.y, 0, 4, 2, 6);
    Lanes odd = __builtin_shufflevector(v.x, v.y, 1, 5, 3, 7);
    Pair xy[LANES] = {{even[0], even[1]}, {odd[0], odd[1]}, {even[2], even[3]}, {odd[2], odd[3]}};
    for (int lane = 0; lane < LANES; lane++, rows += 3) {
        store_pair(xy[lane], rows);
        rows[2] = v.z[lane];
    }
}

#endif

/* Rows of an array (n, 3). */
static inline Vectors gather(const double *rows, const int *index)
{
    const double *row[LANES];
    for (int lane = 0; lane < LANES; lane++)
        row[lane] = rows + 3 * (ptrdiff_t)index[lane];
    return collect_rows(row);
}

/* The same from the numbers at which they start; none is the last row, unless `last` says so: that
   four numbers can be read at once saves a sixth of an evaluation of the field. */
static inline Vectors gather_at(const double *values, const int *start, int last)
{
    const double *row[LANES];
    for (int lane = 0; lane < LANES; lane++)
        row[lane] = values + start[lane];
    return last ? collect_rows(row) : collect_padded(row);
}

static inline Vectors scaled_sum(Vectors a, Lanes scale, Vectors b)
{
    return (Vectors){a.x + scale * b.x, a.y + scale * b.y, a.z + scale * b.z};
}

static inline Vectors scaled(Lanes scale, Vectors a)
{
    return (Vectors){scale * a.x, scale * a.y, scale * a.z};
}

static inline Lanes dot(Vectors a, Vectors b) { return a.x * b.x + a.y * b.y + a.z * b.z; }

/* The same, rounded in another order: what is fused first is the product of y. */
static inline Lanes dot_from_y(Vectors a, Vectors b)
{
    return a.y * b.y + a.x * b.x + a.z * b.z;
}

static inline Lanes roots(Lanes squares)
{
    Lanes found;
    for (int lane = 0; lane < LANES; lane++)
        found[lane] = sqrt(squares[lane]);
    return found;
}

/* To unit length, from the square of the length. */
static inline Vectors shortened(Vectors a, Lanes square)
{
    return scaled(1 / roots(square), a);
}

static inline Vectors cross(Vectors a, Vectors b)
{
    return (Vectors){a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}

/* A maximum that keeps a NaN, unlike fmax. */
static inline Lanes larger(Lanes a, Lanes b)
{
    Truth first = b <= a;
    return (Lanes)(((Truth)a & first) | ((Truth)b & ~first));
}

static inline double largest(Lanes lanes)
{
    double result = lanes[0];
    for (int lane = 1; lane < LANES; lane++)
        if (!(lanes[lane] <= result))
            result = lanes[lane];
    return result;
}

/* The indices of a group of LANES; where it is not full the last one again. */
static inline void members(int group, int count, int *index)
{
    for (int lane = 0; lane < LANES; lane++) {
        int member = LANES * group + lane;
        index[lane] = member < count ? member : count - 1;
    }
}

/* LANES rows that follow one another, or as many as are left. */
typedef struct {
    int number, size;
    ptrdiff_t first;
} Group;

static inline Group group_of(int number, int count)
{
    int left = count - LANES * number;
    return (Group){number, left < LANES ? left : LANES, LANES * (ptrdiff_t)number};
}

/* Of an array (count, 3); where the group is not full its last row again. */
static inline Vectors gather_group(const double *rows, Group group)
{
    const double *row = rows + 3 * group.first;
    if (group.size == LANES)
        return split_rows(row);
    double copy[3 * LANES];
    for (int lane = 0; lane < LANES; lane++) {
        int member = lane < group.size ? lane : group.size - 1;
        memcpy(copy + 3 * lane, row + 3 * member, 3 * sizeof *copy);
    }
    return split_rows(copy);
}

/* Of an array (count); where the group is not full its last number again. */
static inline Lanes load_group(const double *values, Group group)
{
    const double *first = values + group.first;
    if (group.size == LANES)
        return load(first);
    Lanes lanes;
    for (int lane = 0; lane < LANES; lane++)
        lanes[lane] = first[lane < group.size ? lane : group.size - 1];
    return lanes;
}

static inline void scatter_group(Vectors values, Group group, double *rows)
{
    double *row = rows + 3 * group.first, copy[3 * LANES];
    if (group.size == LANES) {
        join_rows(values, row);
        return;
    }
    join_rows(values, copy);
    memcpy(row, copy, 3 * group.size * sizeof *copy);
}
