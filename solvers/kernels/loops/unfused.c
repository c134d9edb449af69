/* Loops that give the same on every processor: none fuses a product with a sum. */

#pragma GCC push_options
#pragma GCC optimize("fp-contract=off")

/* Distance in cells within which a corner counts as lying on a grid plane. */
static const double SNAP = 1e-9;

/* Pieces that wait for their next cut: one each level, and few levels cut one simplex. */
enum { MOST_PIECES = 64, CORNERS = 4 };

typedef struct {
    double places[CORNERS][CORNERS - 1];
    double shares[CORNERS][CORNERS]; /* of the corners of the simplex in those of the piece */
} Piece;

typedef struct {
    int first, second;
    double where;
} Cut;

/* The grid plane nearest the middle of an interval, or NaN if none lies inside. */
static inline double plane_between(double low, double high)
{
    double plane = rint(0.5 * (low + high));
    return low + SNAP < plane && plane < high - SNAP ? plane : NAN;
}

/* An edge that a grid plane crosses, and where along it; first = second without any. */
static Cut find_cut(int d, const Piece *piece)
{
    for (int k = 0; k < d; k++) {
        double longest = 0;
        Cut cut = {0, 0, 0};
        for (int a = 0; a < d; a++)
            for (int b = a + 1; b <= d; b++) {
                double start = piece->places[a][k], end = piece->places[b][k];
                double low = start < end ? start : end, high = start < end ? end : start;
                double plane = plane_between(low, high);
                if (high - low > longest && !isnan(plane)) {
                    longest = high - low;
                    cut = (Cut){a, b, (plane - start) / (end - start)};
                }
            }
        if (cut.first != cut.second)
            return cut;
    }
    return (Cut){0, 0, 0};
}

static inline void mix(int count, double *first, const double *second, double where)
{
    for (int k = 0; k < count; k++)
        first[k] += where * (second[k] - first[k]);
}

/* Cut a piece in two, of which the other begins at the first end of the edge. */
static void divide(int d, Cut cut, Piece *piece, Piece *other)
{
    *other = *piece;
    mix(d, piece->places[cut.first], piece->places[cut.second], cut.where);
    mix(d + 1, piece->shares[cut.first], piece->shares[cut.second], cut.where);
    memcpy(other->places[cut.second], piece->places[cut.first], sizeof piece->places[0]);
    memcpy(other->shares[cut.second], piece->shares[cut.first], sizeof piece->shares[0]);
}

static long long cell_of(int d, const Piece *piece, const int *extents)
{
    long long cell = 0;
    for (int k = 0; k < d; k++) {
        double middle = 0;
        for (int a = 0; a <= d; a++)
            middle += piece->places[a][k] / (d + 1);
        int at = (int)middle;
        at = at < 0 ? 0 : at;
        cell = cell * extents[k] + (at < extents[k] ? at : extents[k] - 1);
    }
    return cell;
}

static double volume_of(int d, const Piece *piece)
{
    const double *o = piece->places[0], *p = piece->places[1], *q = piece->places[2];
    if (d == 2)
        return fabs((p[0] - o[0]) * (q[1] - o[1]) - (p[1] - o[1]) * (q[0] - o[0])) / 2;
    const double *r = piece->places[3];
    double volume = 0;
    for (int k = 0; k < 3; k++) {
        int l = (k + 1) % 3, n = (k + 2) % 3;
        volume +=
            (p[k] - o[k]) * ((q[l] - o[l]) * (r[n] - o[n]) - (q[n] - o[n]) * (r[l] - o[l]));
    }
    return fabs(volume) / 6;
}

int hebbfilm_slice_simplices(int d, const double *points, int n, const int *simplices,
                             const double *weights, const int *extents, long long *cells,
                             int *vertices, double *values)
{
    int corners = d + 1, number = 0;
    Piece pieces[MOST_PIECES];
    for (int simplex = 0; simplex < n; simplex++) {
        const int *rows = simplices + (ptrdiff_t)corners * simplex;
        memset(pieces, 0, sizeof *pieces);
        for (int a = 0; a < corners; a++) {
            memcpy(pieces->places[a], points + (ptrdiff_t)d * rows[a], d * sizeof *points);
            pieces->shares[a][a] = 1;
        }
        for (Piece *top = pieces; top >= pieces;) {
            Cut cut = find_cut(d, top);
            if (cut.first != cut.second) {
                divide(d, cut, top, top + 1);
                top++;
                continue;
            }
            if (values) {
                long long cell = cell_of(d, top, extents);
                double volume = volume_of(d, top);
                for (int i = 0; i < corners; i++) {
                    double share = 0;
                    for (int a = 0; a < corners; a++)
                        share += top->shares[a][i];
                    cells[number + i] = cell;
                    vertices[number + i] = rows[i];
                    values[number + i] = volume * share / corners;
                    if (weights)
                        values[number + i] *= weights[(ptrdiff_t)corners * simplex + i];
                }
            }
            number += corners;
            top--;
        }
    }
    return number;
}

double hebbfilm_largest_chord(int rows, const int *starts, const int *columns, const double *m)
{
    double longest = 0;
    for (int row = 0; row < rows; row++) {
        const double *own = m + 3 * (ptrdiff_t)row;
        for (int k = starts[row]; k < starts[row + 1]; k++) {
            const double *other = m + 3 * (ptrdiff_t)columns[k];
            double x = own[0] - other[0], y = own[1] - other[1], z = own[2] - other[2];
            double square = x * x + y * y + z * z;
            longest = square > longest ? square : longest;
        }
    }
    return longest;
}

#pragma GCC pop_options
