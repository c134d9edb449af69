/* LANES numbers at once, with the vector types that GCC and Clang share. */

#include <math.h>
#include <stddef.h>
#include <string.h>

enum { LANES = 4 };

typedef double Lanes __attribute__((vector_size(LANES * sizeof(double))));
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

/* Element by element, which GCC turns into one instruction, as it does not __builtin_convertvector. */
static inline Lanes load_narrow(const float *values)
{
    return (Lanes){values[0], values[1], values[2], values[3]};
}

typedef double Pair __attribute__((vector_size(2 * sizeof(double))));
static inline Pair load_pair(const double *values)
{
    Pair pair;
    memcpy(&pair, values, sizeof pair);
    return pair;
}

/* Rows of an array (n, 3). */
static inline Vectors gather(const double *rows, const int *index)
{
    const double *a = rows + 3 * (ptrdiff_t)index[0], *b = rows + 3 * (ptrdiff_t)index[1];
    const double *c = rows + 3 * (ptrdiff_t)index[2], *d = rows + 3 * (ptrdiff_t)index[3];
    Pair pa = load_pair(a), pb = load_pair(b), pc = load_pair(c), pd = load_pair(d);
    Lanes ac = __builtin_shufflevector(pa, pc, 0, 1, 2, 3), bd = __builtin_shufflevector(pb, pd, 0, 1, 2, 3);
    return (Vectors){__builtin_shufflevector(ac, bd, 0, 4, 2, 6), __builtin_shufflevector(ac, bd, 1, 5, 3, 7), {a[2], b[2], c[2], d[2]}};
}

static inline void scatter(Vectors values, const int *index, double *rows)
{
    for (int lane = 0; lane < LANES; lane++) {
        double *row = rows + 3 * (ptrdiff_t)index[lane];
        row[0] = values.x[lane];
        row[1] = values.y[lane];
        row[2] = values.z[lane];
    }
}

static inline Vectors scaled_sum(Vectors a, Lanes scale, Vectors b)
{
    return (Vectors){a.x + scale * b.x, a.y + scale * b.y, a.z + scale * b.z};
}

static inline Lanes dot(Vectors a, Vectors b) { return a.x * b.x + a.y * b.y + a.z * b.z; }

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
