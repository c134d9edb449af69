/* Random numbers by counter: J. K. Salmon, M. A. Moraes, R. O. Dror and D. E. Shaw, Proc. SC11,
   article 16 (2011). */

void hebbfilm_philox(const unsigned *counter, const unsigned *key, unsigned *words)
{
    unsigned c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
    unsigned k0 = key[0], k1 = key[1];
    for (int turn = 0; turn < 10; turn++) {
        unsigned long long first = 0xD2511F53ull * c0, second = 0xCD9E8D57ull * c2;
        c0 = (unsigned)(second >> 32) ^ c1 ^ k0;
        c1 = (unsigned)second;
        c2 = (unsigned)(first >> 32) ^ c3 ^ k1;
        c3 = (unsigned)first;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    words[0] = c0;
    words[1] = c1;
    words[2] = c2;
    words[3] = c3;
}

/* Length and direction of two independent normal numbers (G. E. P. Box and M. E. Muller). */
static inline double radius_of(unsigned word)
{
    return sqrt(-2.0 * log((word + 0.5) * 0x1p-32));
}

static inline double angle_of(unsigned word)
{
    const double whole_turn = 6.283185307179586;
    return whole_turn * (word + 0.5) * 0x1p-32;
}

void hebbfilm_fill_normal(int count, const long long *numbers, unsigned long long step,
                          unsigned long long seed, const double *scale, double *out)
{
    const unsigned key[] = {(unsigned)seed, (unsigned)(seed >> 32)};
    for (int i = 0; i < count; i++) {
        unsigned long long number = numbers[i];
        const unsigned counter[] = {(unsigned)number, (unsigned)(number >> 32), (unsigned)step,
                                    (unsigned)(step >> 32)};
        unsigned words[4];
        hebbfilm_philox(counter, key, words);
        double radius = radius_of(words[0]), angle = angle_of(words[1]);
        double *vector = out + 3 * (ptrdiff_t)i;
        vector[0] = scale[i] * (radius * cos(angle));
        vector[1] = scale[i] * (radius * sin(angle));
        vector[2] = scale[i] * (radius_of(words[2]) * cos(angle_of(words[3])));
    }
}
