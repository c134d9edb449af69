/* Loops over fields that are foreseen within a step. */

static inline double foreseen_at(const Foreseen *foreseen, ptrdiff_t i)
{
    return foreseen->weights[0] * foreseen->values[0][i] +
           foreseen->weights[1] * foreseen->values[1][i] +
           foreseen->weights[2] * foreseen->values[2][i];
}

void hebbfilm_foresee(int n, const Foreseen *foreseen, double *restrict out)
{
    const Foreseen of = *foreseen;
    for (ptrdiff_t i = 0; i < n; i++)
        out[i] += foreseen_at(&of, i);
}

double hebbfilm_largest_miss(int vertices, const Foreseen *foreseen, const double *found)
{
    const Foreseen of = *foreseen;
    double largest = 0;
    for (ptrdiff_t vertex = 0; vertex < vertices; vertex++) {
        double square = 0;
        for (ptrdiff_t i = 3 * vertex; i < 3 * vertex + 3; i++) {
            double miss = foreseen_at(&of, i) - found[i];
            square += miss * miss;
        }
        /* So that what is not a number is the largest. */
        largest = square <= largest ? largest : square;
    }
    return largest;
}
