/* What Python sees of noise.c; also read by cffi. */

/* Four random words of 32 bits by Philox4x32-10, from a counter of four and a key of two. */
void hebbfilm_philox(const unsigned *counter, const unsigned *key, unsigned *words);
/* out (count, 3) = factor times scale (count) times normal vectors, and beside (count, 3) or NULL;
   numbers is (count). */
void hebbfilm_fill_normal(int count, const long long *numbers, unsigned long long step,
                          unsigned long long seed, double factor, const double *scale,
                          const double *beside, double *out);
