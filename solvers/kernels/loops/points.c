/* Compiled expressions of UFL at one point after another; point_expression.py says what for. */

typedef void Tabulate(double *, const double *, const double *, const double *, const int *,
                      const unsigned char *);
typedef void TabulateWithData(double *, const double *, const double *, const double *,
                              const int *, const unsigned char *, void *);

static inline double *pack(const double *values, int size, double *packed)
{
    for (int k = 0; k < size; k++)
        packed[k] = values[k];
    return packed + size;
}

/* What differs from point to point; the rest has been packed before. */
static inline void pack_point(const Points *points, ptrdiff_t point)
{
    double *packed = points->packed;
    for (int s = 0; s < points->symbols; s++) {
        int size = points->sizes[s];
        const double *values = points->values[s] + size * point;
        if (!points->varies[s])
            packed += size;
        else if (size == 3)
            packed = pack(values, 3, packed);
        else
            packed = pack(values, size, packed);
    }
}

void hebbfilm_add_at_points(const Points *points, int count, double *out)
{
    double *packed = points->packed;
    for (int s = 0; s < points->symbols && count > 0; s++)
        packed = pack(points->values[s], points->sizes[s], packed);
    for (ptrdiff_t point = 0; point < count; point++) {
        pack_point(points, point);
        double *value = out + points->size * point;
        if (points->takes_data)
            ((TabulateWithData *)points->function)(value, points->packed, NULL, NULL, NULL, NULL,
                                                   NULL);
        else
            ((Tabulate *)points->function)(value, points->packed, NULL, NULL, NULL, NULL);
    }
}

void hebbfilm_add_products(int count, const double *matrices, const double *vectors, double *out)
{
    for (ptrdiff_t point = 0; point < count; point++) {
        const double *a = matrices + 9 * point, *v = vectors + 3 * point;
        for (int k = 0; k < 3; k++)
            out[3 * point + k] += a[3 * k] * v[0] + a[3 * k + 1] * v[1] + a[3 * k + 2] * v[2];
    }
}

/* The norm of a matrix that has rank 2, as P A P has with P = 1 - m mᵀ, from its invariants. */
static inline double norm_across(const double *m, double matrix[3][3])
{
    double left[3], right[3], along = 0, square = 0, trace = 0, trace_of_square = 0;
    for (int i = 0; i < 3; i++) {
        left[i] = m[0] * matrix[0][i] + m[1] * matrix[1][i] + m[2] * matrix[2][i];
        right[i] = matrix[i][0] * m[0] + matrix[i][1] * m[1] + matrix[i][2] * m[2];
    }
    for (int i = 0; i < 3; i++)
        along += m[i] * right[i];
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            matrix[i][j] += m[i] * along * m[j] - m[i] * left[j] - right[i] * m[j];
    for (int i = 0; i < 3; i++) {
        trace += matrix[i][i];
        for (int j = 0; j < 3; j++) {
            square += matrix[i][j] * matrix[i][j];
            trace_of_square += matrix[i][j] * matrix[j][i];
        }
    }
    double determinant = (trace * trace - trace_of_square) / 2;
    double root = square * square - 4 * determinant * determinant;
    return sqrt((square + sqrt(root < 0 ? 0 : root)) / 2);
}

double hebbfilm_largest_turning(int count, int varies, const double *m, const double *fields,
                                const double *derivatives)
{
    double largest = 0;
    for (ptrdiff_t point = 0; point < count; point++) {
        const double *own = m + (varies ? 3 * point : 0), *field = fields + 3 * point;
        double along = own[0] * field[0] + own[1] * field[1] + own[2] * field[2];
        double matrix[3][3];
        memcpy(matrix, derivatives + 9 * point, sizeof matrix);
        for (int i = 0; i < 3; i++)
            matrix[i][i] -= along;
        double norm = norm_across(own, matrix);
        if (!(norm <= largest))
            largest = norm;
    }
    return largest;
}
