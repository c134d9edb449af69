/* Random numbers by counter: J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, Proc. SC11,
   article 16 (2011). Each lane does the same on its own, whatever their number. */

typedef unsigned long long Words __attribute__((vector_size(LANES * sizeof(unsigned long long))));

/* Of numbers of 32 bits, in the lower halves of words. Compilers do not see that one instruction
   does it; on processors without AVX-512 the noise took twice as long. */
static inline Words product(Words a, unsigned long long b)
{
#if defined(__AVX512F__) && HEBBFILM_LANES == 8
    return (Words)_mm512_mul_epu32((__m512i)a, (__m512i)(b - (Words){0}));
#elif defined(__AVX2__) && HEBBFILM_LANES == 4
    return (Words)_mm256_mul_epu32((__m256i)a, (__m256i)(b - (Words){0}));
#else
    return (a & 0xFFFFFFFFull) * b;
#endif
}

/* Groups at once: a round of one waits for its last. */
enum { BATCH = 2 };

/* Words of 32 bits in the lower halves of c; what the upper ones hold does not count. */
INLINE void philox(Words c[BATCH][4], unsigned long long key)
{
    unsigned k0 = (unsigned)key, k1 = (unsigned)(key >> 32);
    for (int turn = 0; turn < 10; turn++) {
        for (int each = 0; each < BATCH; each++) {
            Words *w = c[each];
            Words first = product(w[0], 0xD2511F53u), second = product(w[2], 0xCD9E8D57u);
            w[0] = (second >> 32) ^ w[1] ^ k0;
            w[1] = second;
            w[2] = (first >> 32) ^ w[3] ^ k1;
            w[3] = first;
        }
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    for (int each = 0; each < BATCH; each++)
        for (int k = 0; k < 4; k++)
            c[each][k] &= 0xFFFFFFFFull;
}

void hebbfilm_philox(const unsigned *counter, const unsigned *key, unsigned *words)
{
    Words c[BATCH][4];
    for (int each = 0; each < BATCH; each++)
        for (int k = 0; k < 4; k++)
            c[each][k] = counter[k] - (Words){0};
    philox(c, key[0] | (unsigned long long)key[1] << 32);
    for (int k = 0; k < 4; k++)
        words[k] = (unsigned)c[BATCH - 1][k][LANES - 1];
}

/* Of whole numbers below 2⁵², which are the last bits of 2⁵² and more. */
static inline Lanes as_numbers(Words words)
{
    return (Lanes)(words | 0x4330000000000000ull) - 0x1p52;
}

/* Σ c_k x^k over k < count. */
static inline Lanes polynomial(Lanes x, int count, const double *c)
{
    Lanes sum = all(c[count - 1]);
    for (int k = count - 2; k >= 0; k--)
        sum = sum * x + c[k];
    return sum;
}

/* 1/(2k + 1); sin and cos of x by x². What is left out is at most 2e-17 of the logarithm, 6e-17 of
   the sine and 2e-18. */
static const double ARTANH[] = {1.0,      1.0 / 3,  1.0 / 5,  1.0 / 7,  1.0 / 9,
                                1.0 / 11, 1.0 / 13, 1.0 / 15, 1.0 / 17, 1.0 / 19};
static const double SINE[] = {1.0,
                              -1.0 / 6,
                              1.0 / 120,
                              -1.0 / 5040,
                              1.0 / 362880,
                              -1.0 / 39916800,
                              1.0 / 6227020800,
                              -1.0 / 1307674368000};
static const double COSINE[] = {1.0,
                                -1.0 / 2,
                                1.0 / 24,
                                -1.0 / 720,
                                1.0 / 40320,
                                -1.0 / 3628800,
                                1.0 / 479001600,
                                -1.0 / 87178291200,
                                1.0 / 20922789888000};

/* √(-2 ln u) of u = (word + ½)/2³², the length of two normal numbers (G. E. P. Box and M. E.
   Muller). With u = 2^e f and f from √½ to √2, ln f = 2 artanh((f - 1)/(f + 1)). */
static inline Lanes radius_of(Words word)
{
    enum { BIAS = 64 };
    const double ln_2 = 0.6931471805599453;
    Words bits = (Words)(as_numbers(word) + 0.5) + ((unsigned long long)BIAS << 52);
    Words power = (bits - 0x3FE6A09E667F3BCDull) >> 52;
    Lanes f = (Lanes)(bits - (power << 52)), e = as_numbers(power) - (BIAS + 32);
    Lanes s = (f - 1) / (f + 1);
    Lanes square = -4 * s * polynomial(s * s, 10, ARTANH) - 2 * ln_2 * e;
    return roots(square);
}

static inline Lanes choose(Words truth, Lanes a, Lanes b)
{
    return (Lanes)(((Words)a & truth) | ((Words)b & ~truth));
}

typedef struct {
    Lanes cosine, sine;
} Direction;

/* Of the angle (word + ½)/2³² turns: quarter turns, and from -1/8 to 1/8 of a turn beside. */
static inline Direction direction_of(Words word)
{
    const double angle = 1.5707963267948966 * 0x1p-30;
    Words moved = word + (1u << 29), quarters = moved >> 30;
    Lanes beside = as_numbers(moved & 0x3FFFFFFFull) - (0x1p29 - 0.5), x = angle * beside;
    Lanes sine = x * polynomial(x * x, 8, SINE), cosine = polynomial(x * x, 9, COSINE);
    Words odd = -(quarters & 1);
    Words below = (quarters & 2) << 62, left = ((quarters + 1) & 2) << 62;
    return (Direction){(Lanes)((Words)choose(odd, sine, cosine) ^ left),
                       (Lanes)((Words)choose(odd, cosine, sine) ^ below)};
}

static inline Vectors normal_of(Words words[4])
{
    Lanes radius = radius_of(words[0]);
    Direction direction = direction_of(words[1]);
    return (Vectors){radius * direction.cosine, radius * direction.sine,
                     radius_of(words[2]) * direction_of(words[3]).cosine};
}

void hebbfilm_fill_normal(int count, const long long *numbers, unsigned long long step,
                          unsigned long long seed, double factor, const double *scale,
                          const double *beside, double *out)
{
    for (int batch = 0; LANES * batch < count; batch += BATCH) {
        Words words[BATCH][4];
        for (int each = 0; each < BATCH; each++) {
            Group group = group_of(batch + each, count);
            Words number = {0};
            if (group.size > 0)
                memcpy(&number, numbers + group.first, group.size * sizeof *numbers);
            words[each][0] = number;
            words[each][1] = number >> 32;
            words[each][2] = step - (Words){0};
            words[each][3] = (step >> 32) - (Words){0};
        }
        philox(words, seed);
        for (int each = 0; each < BATCH; each++) {
            Group group = group_of(batch + each, count);
            if (group.size <= 0)
                break;
            Vectors noise = scaled(factor * load_group(scale, group), normal_of(words[each]));
            if (beside)
                noise = scaled_sum(gather_group(beside, group), all(1), noise);
            scatter_group(noise, group, out);
        }
    }
}
