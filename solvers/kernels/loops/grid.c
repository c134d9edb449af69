/* Loops of a convolution on a grid, between the vertices of a film and its transforms. */

/* A complex number; what multiplies it here is real. */
typedef double Complex __attribute__((vector_size(2 * sizeof(double))));

static inline Complex load_complex(const double *values)
{
    Complex number;
    memcpy(&number, values, sizeof number);
    return number;
}

static inline void store_complex(Complex number, double *values)
{
    memcpy(values, &number, sizeof number);
}

void hebbfilm_deposit(const Rows *moments_of, const int *places, const double *m, int stride,
                      double *moments)
{
    for (int row = 0; row < moments_of->rows; row++) {
        Complex xy = {0, 0};
        double z = 0;
        for (int k = moments_of->starts[row]; k < moments_of->starts[row + 1]; k++) {
            const double *v = m + 3 * (ptrdiff_t)moments_of->columns[k];
            double weight = moments_of->values[k];
            xy += weight * load_complex(v);
            z += weight * v[2];
        }
        double *moment = moments + places[row];
        moment[0] = xy[0];
        moment[stride] = xy[1];
        moment[2 * (ptrdiff_t)stride] = z;
    }
}

void hebbfilm_collect(const Rows *shares, const double *field, int stride, double *out)
{
    const double *field_y = field + stride, *field_z = field_y + stride;
    for (int row = 0; row < shares->rows; row++) {
        double x = 0, y = 0, z = 0;
        for (int k = shares->starts[row]; k < shares->starts[row + 1]; k++) {
            int place = shares->columns[k];
            double share = shares->values[k];
            x += share * field[place];
            y += share * field_y[place];
            z += share * field_z[place];
        }
        double *h = out + 3 * (ptrdiff_t)row;
        h[0] += x;
        h[1] += y;
        h[2] += z;
    }
}

/* The part of a rank in a line of a column. */
typedef struct {
    int first, width;
    double *values;
} Part;

/* That of each rank starts behind all values of the one before it. */
static inline Part part_of(const Columns *columns, int wave, int line, int rank, ptrdiff_t before)
{
    int first = columns->ranges[2 * rank], width = columns->ranges[2 * rank + 1] - first;
    ptrdiff_t row = (ptrdiff_t)wave * columns->lines + line;
    ptrdiff_t rows = (ptrdiff_t)columns->waves * columns->lines;
    return (Part){first, width, columns->values + 2 * (rows * before + row * width)};
}

static void pad_line(const Columns *columns, int wave, int line, int length, double *target)
{
    Part part = part_of(columns, wave, line, 0, 0);
    int end = part.first + part.width;
    memset(target, 0, 2 * sizeof(double) * part.first);
    memcpy(target + 2 * part.first, part.values, 2 * sizeof(double) * part.width);
    memset(target + 2 * end, 0, 2 * sizeof(double) * (length - end));
    ptrdiff_t before = part.width;
    for (int rank = 1; rank < columns->ranks; rank++) {
        part = part_of(columns, wave, line, rank, before);
        for (int i = 0; i < 2 * part.width; i++)
            target[2 * part.first + i] += part.values[i];
        before += part.width;
    }
}

static void crop_line(const Columns *columns, int wave, int line, const double *source)
{
    ptrdiff_t before = 0;
    for (int rank = 0; rank < columns->ranks; rank++) {
        Part part = part_of(columns, wave, line, rank, before);
        memcpy(part.values, source + 2 * part.first, 2 * sizeof(double) * part.width);
        before += part.width;
    }
}

void hebbfilm_pad(const Columns *columns, int start, int size, int length, double *block)
{
    for (int k = start; k < start + size && k < columns->waves; k++)
        for (int line = 0; line < columns->lines; line++) {
            ptrdiff_t row = (ptrdiff_t)columns->lines * (k - start) + line;
            pad_line(columns, k, line, length, block + 2 * length * row);
        }
}

void hebbfilm_crop(const Columns *columns, int start, int size, int length, const double *block)
{
    for (int k = start; k < start + size && k < columns->waves; k++)
        for (int line = 0; line < columns->lines; line++) {
            ptrdiff_t row = (ptrdiff_t)columns->lines * (k - start) + line;
            crop_line(columns, k, line, block + 2 * length * row);
        }
}

/* The signs of wave numbers along x and y. */
typedef struct {
    double x, y;
} Signs;

/* N v at one wave number; N_xy and N_xz change their sign with that along x, N_xy and N_yz with that
   along y. In one layer the two mixed with z are zero. */
static inline void multiply_one(int layers, const double *const *n, int j, Signs sign, double *x,
                                double *y, double *z)
{
    Complex a = load_complex(x), b = load_complex(y), c = load_complex(z);
    double xy = sign.x * sign.y * n[3][j];
    if (layers == 1) {
        store_complex(n[0][j] * a + xy * b, x);
        store_complex(xy * a + n[1][j] * b, y);
        store_complex(n[2][j] * c, z);
        return;
    }
    double xz = sign.x * n[4][j], yz = sign.y * n[5][j];
    store_complex(n[0][j] * a + xy * b + xz * c, x);
    store_complex(xy * a + n[1][j] * b + yz * c, y);
    store_complex(xz * a + yz * b + n[2][j] * c, z);
}

typedef void MultiplyOne(int layers, const double *const *n, int j, Signs sign, double *x, double *y,
                         double *z);

/* A line has wave numbers of both signs along x, or along y where that is in its place. */
static inline void multiply_line(MultiplyOne *one, int turned, int layers, int length,
                                 const double *const *n, double *const *v)
{
    int half = length / 2;
    Signs negative = turned ? (Signs){1, -1} : (Signs){-1, 1};
    for (int i = 0; i <= half; i++)
        one(layers, n, i, (Signs){1, 1}, v[0] + 2 * i, v[1] + 2 * i, v[2] + 2 * i);
    for (int i = half + 1; i < length; i++)
        one(layers, n, length - i, negative, v[0] + 2 * i, v[1] + 2 * i, v[2] + 2 * i);
}

/* The loop over lines, with what each is multiplied by. */
static inline void multiply_lines(int components, MultiplyOne *one, int turned, int waves,
                                  int layers, int length, const double *kernel, int start, int size,
                                  double *spectrum)
{
    ptrdiff_t half = length / 2 + 1, component = waves * layers * half;
    for (int k = 0; k < size && start + k < waves; k++)
        for (int layer = 0; layer < layers; layer++) {
            const double *n[6];
            for (int c = 0; c < components; c++)
                n[c] = kernel + c * component + ((start + k) * layers + layer) * half;
            double *v[3];
            for (int c = 0; c < 3; c++)
                v[c] = spectrum + 2 * (((ptrdiff_t)3 * k + c) * layers + layer) * length;
            if (layers == 1)
                multiply_line(one, turned, 1, length, n, v);
            else
                multiply_line(one, turned, layers, length, n, v);
        }
}

void hebbfilm_multiply(int turned, int waves, int layers, int length, const double *kernel,
                       int start, int size, double *spectrum)
{
    multiply_lines(layers == 1 ? 4 : 6, multiply_one, turned, waves, layers, length, kernel, start,
                   size, spectrum);
}

static inline Complex times_i(Complex number)
{
    return (Complex){-number[1], number[0]};
}

/* v × k at one wave number, with which k_x changes its sign along x, and k_y along y. */
static inline void cross_one(int layers, const double *const *k, int j, Signs sign, double *x,
                             double *y, double *z)
{
    Complex a = load_complex(x), b = load_complex(y), c = load_complex(z);
    double kx = sign.x * k[0][j], ky = sign.y * k[1][j], kz = k[2][j];
    Complex za = kz * a, zb = kz * b;
    if (layers > 1) {
        za = times_i(za);
        zb = times_i(zb);
    }
    store_complex(zb - times_i(ky * c), x);
    store_complex(times_i(kx * c) - za, y);
    store_complex(times_i(ky * a - kx * b), z);
}

void hebbfilm_multiply_cross(int turned, int waves, int layers, int length, const double *kernel,
                             int start, int size, double *spectrum)
{
    multiply_lines(3, cross_one, turned, waves, layers, length, kernel, start, size, spectrum);
}

void hebbfilm_take_boxes(int boxes, const int *places, int stride, const double *values,
                         double *parts)
{
    for (int box = 0; box < boxes; box++)
        for (int c = 0; c < 3; c++)
            parts[3 * (ptrdiff_t)box + c] = values[c * (ptrdiff_t)stride + places[box]];
}

void hebbfilm_add_boxes(int boxes, const int *places, int stride, double *values,
                        const double *parts)
{
    for (int box = 0; box < boxes; box++)
        for (int c = 0; c < 3; c++)
            values[c * (ptrdiff_t)stride + places[box]] += parts[3 * (ptrdiff_t)box + c];
}

void hebbfilm_put_boxes(int boxes, const int *places, int stride, double *values,
                        const double *parts)
{
    for (int box = 0; box < boxes; box++)
        for (int c = 0; c < 3; c++)
            values[c * (ptrdiff_t)stride + places[box]] = parts[3 * (ptrdiff_t)box + c];
}
