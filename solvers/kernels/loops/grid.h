/* What Python sees of grid.c; also read by cffi. SI units throughout. */

/* A sparse matrix, row after row. */
typedef struct {
    int rows;
    const int *starts;  /* (rows + 1) */
    const int *columns; /* (entries) */
    const double *values;
} Rows;

/* Columns along x of the wave numbers of one rank, which come from the planes of all ranks:
   of each rank in turn (waves, lines, its planes) complex numbers. Several may hold one plane. */
typedef struct {
    int waves;
    int lines; /* 3 components of each layer */
    int ranks;
    const int *ranges; /* (ranks, 2) the first plane of each, and the one behind its last */
    double *values;
} Columns;

/* m is (columns, 3); moments and field are (3, stride), the boxes of each row at its place. */
void hebbfilm_deposit(const Rows *moments_of, const int *places, const double *m, int stride,
                      double *moments);
/* Adds to out (rows, 3). */
void hebbfilm_collect(const Rows *shares, const double *field, int stride, double *out);

/* The block is (size, lines, length) complex numbers from the wave number `start` on. To pad sums up
   what the ranks have; what lies beside the planes of all of them is set to zero. */
void hebbfilm_pad(const Columns *columns, int start, int size, int length, double *block);
void hebbfilm_crop(const Columns *columns, int start, int size, int length, const double *block);

/* The spectrum is (size, 3, layers, length) complex numbers from the wave number `start` on; the
   kernel is (4 or 6, waves, layers, length / 2 + 1), 4 in one layer. */
void hebbfilm_multiply(int turned, int waves, int layers, int length, const double *kernel,
                       int start, int size, double *spectrum);

/* v × k of a kernel that is odd in space; what is given of its transform, (3, waves, layers,
   length / 2 + 1), is the imaginary part, and in one layer of k_z, even in the plane, the real one. */
void hebbfilm_multiply_cross(int turned, int waves, int layers, int length, const double *kernel,
                             int start, int size, double *spectrum);

/* Values (3, stride) of some boxes, at their places, from or to parts (boxes, 3). */
void hebbfilm_take_boxes(int boxes, const int *places, int stride, const double *values,
                         double *parts);
void hebbfilm_add_boxes(int boxes, const int *places, int stride, double *values,
                        const double *parts);
void hebbfilm_put_boxes(int boxes, const int *places, int stride, double *values,
                        const double *parts);
