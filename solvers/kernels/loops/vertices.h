/* What Python sees of vertices.c; also read by cffi. SI units throughout. */

/* Couplings of one rank, for the vertices that it owns, LANES of them a chunk; a chunk that is not
   full, and a vertex with fewer neighbours than others of its chunk, is filled up with zeros.
   Pairs are most of what is read, so they are narrow; all sums are those of double numbers. */
typedef struct {
    int vertices;             /* owned */
    int chunks;
    int components;           /* of a pair: 4, or 5 with the z component of D */
    const int *starts;        /* (chunks + 1) first pair of each chunk, in units of LANES pairs */
    const char *last;         /* (chunks) whether any neighbour is the last row of m */
    const int *rows;          /* (pairs, LANES) numbers of m at which those of neighbours start */
    const float *pairs;       /* (pairs, components, LANES): J, drift, D_x, D_y, D_z */
    const double *field_per_energy; /* (chunks, LANES) -1/(μ₀ M_s) in A/m per J/m³ */
    int field_stride;         /* of a chunk; 0 where it is the same for all */
    const double *per_volume; /* (chunks, LANES) of the vertices in 1/m³ */
    const double *self;       /* (chunks, LANES) exchange with oneself: field in A/m along m */
    const double *onsite;     /* (chunks, 6, LANES) symmetric tensor: xx, yy, zz, xy, xz, yz */
    int onsite_stride;        /* of a chunk; 0 where one tensor holds for all */
    const double *external;   /* (vertices, 3) field in A/m of what is not local and quadratic, or
                                 NULL */
    const double *twist;      /* (vertices, 3) q in A/m of a field m × q, or NULL */
} Couplings;

typedef struct {
    const double *values; /* (chunks, 3, LANES): γ₀, α, β */
    int stride;           /* of a chunk; 0 where they are the same for all */
} Gilbert;

int hebbfilm_lanes_per_chunk(void);

/* m is (columns, 3); all else (vertices, 3). */
void hebbfilm_effective_field(const Couplings *couplings, const double *m, double *field);
void hebbfilm_linear_field(const Couplings *couplings, const double *m, double *field,
                              double *drift);
void hebbfilm_rate(const Couplings *couplings, const Gilbert *gilbert, const double *m,
                   double *rate);
void hebbfilm_move(int vertices, const double *m, const double *rate, double shift, double *out);
void hebbfilm_predict(const Couplings *couplings, const Gilbert *gilbert, const double *argument,
                      const double *m, double shift, double *out);
/* weights (6): of the first and the last rate at the end; and in the rate that is foretold there,
   of the first, of the distances of two arguments from m, and of the last. Where rate is NULL, that
   of the first counts nowhere, and none is foretold. */
double hebbfilm_finish(const Couplings *couplings, const Gilbert *gilbert, const double *weights,
                       double *before, const double *argument, const double *since, double *m,
                       double *rate);
double hebbfilm_replace_rate(const Couplings *couplings, const Gilbert *gilbert, const double *m,
                             double *rate);
/* One component of all pairs (count, components, LANES) from the value of each one's entry in a CSR
   matrix, (count, LANES); -1 for a surplus pair, which is zero. */
void hebbfilm_fill_pairs(int count, int components, const int *entries, const double *values,
                         float *pairs);
