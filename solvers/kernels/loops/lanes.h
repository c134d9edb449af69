/* LANES numbers at once, with the vector types that GCC and Clang share. */

#include <math.h>
#include <stddef.h>
#include <string.h>

enum { LANES = 4 };

typedef double Lanes __attribute__((vector_size(LANES * sizeof(double))));
typedef double Pair __attribute__((vector_size(2 * sizeof(double))));
typedef long long Truth __attribute__((vector_size(LANES * sizeof(long long))));

typedef struct {
    Lanes x, y, z;
} Vectors;

static inline Lanes all(double value) { return (Lanes){value, value, value, value}; }

static inline Lanes load(const double *values)
{
    Lanes lanes;
    memcpy(&lanes, values, sizeof lanes);
    return lanes;
}

static inline void store(Lanes lanes, double *values) { memcpy(values, &lanes, sizeof lanes); }

/* Element by element: GCC makes one instruction of it, not so of __builtin_convertvector. */
static inline Lanes load_narrow(const float *values)
{
    return (Lanes){values[0], values[1], values[2], values[3]};
}

static inline Pair load_pair(const double *values)
{
    Pair pair;
    memcpy(&pair, values, sizeof pair);
    return pair;
}

static inline void store_pair(Pair pair, double *values) { memcpy(values, &pair, sizeof pair); }

static inline Lanes pick(const double *values, const int *index)
{
    return (Lanes){values[index[0]], values[index[1]], values[index[2]], values[index[3]]};
}

/* x, y and z from four places. */
static inline Vectors collect_rows(const double *a, const double *b, const double *c,
                                   const double *d)
{
    Lanes ac = __builtin_shufflevector(load_pair(a), load_pair(c), 0, 1, 2, 3);
    Lanes bd = __builtin_shufflevector(load_pair(b), load_pair(d), 0, 1, 2, 3);
    return (Vectors){__builtin_shufflevector(ac, bd, 0, 4, 2, 6),
                     __builtin_shufflevector(ac, bd, 1, 5, 3, 7),
                     {a[2], b[2], c[2], d[2]}};
}

/* Rows of an array (n, 3), from the numbers at which they start. */
static inline Vectors gather_at(const double *values, const int *start)
{
    return collect_rows(values + start[0], values + start[1], values + start[2],
                        values + start[3]);
}

/* Rows of an array (n, 3). */
static inline Vectors gather(const double *rows, const int *index)
{
    return collect_rows(rows + 3 * (ptrdiff_t)index[0], rows + 3 * (ptrdiff_t)index[1],
                        rows + 3 * (ptrdiff_t)index[2], rows + 3 * (ptrdiff_t)index[3]);
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

/* To unit length, from the square of the length. */
static inline Vectors shortened(Vectors a, Lanes square)
{
    Lanes length = {sqrt(square[0]), sqrt(square[1]), sqrt(square[2]), sqrt(square[3])};
    return scaled(1 / length, a);
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
        return collect_rows(row, row + 3, row + 6, row + 9);
    const double *last = row + 3 * (group.size - 1);
    return collect_rows(row, group.size > 1 ? row + 3 : last, group.size > 2 ? row + 6 : last,
                        last);
}

/* Of an array (count); where the group is not full its last number again. */
static inline Lanes load_group(const double *values, Group group)
{
    const double *first = values + group.first;
    if (group.size == LANES)
        return load(first);
    double last = first[group.size - 1];
    return (Lanes){first[0], group.size > 1 ? first[1] : last, group.size > 2 ? first[2] : last,
                   last};
}

static inline void scatter_group(Vectors values, Group group, double *rows)
{
    Lanes even = __builtin_shufflevector(values.x, values.y, 0, 4, 2, 6);
    Lanes odd = __builtin_shufflevector(values.x, values.y, 1, 5, 3, 7);
    Pair xy[LANES] = {{even[0], even[1]}, {odd[0], odd[1]}, {even[2], even[3]}, {odd[2], odd[3]}};
    double *row = rows + 3 * group.first;
    for (int lane = 0; lane < LANES; lane++, row += 3) {
        if (lane >= group.size)
            return;
        store_pair(xy[lane], row);
        row[2] = values.z[lane];
    }
}
