/* What Python sees of cells.c; also read by cffi. SI units throughout.

   Arrays with lanes hold LANES cells side by side; the last cell fills up the last group. */

/* The cells of one rank; d is the dimension, 2 or 3. */
typedef struct {
    int d;
    int count;
    const int *vertices;     /* (groups, d + 1, lanes) */
    const double *gradients; /* (groups, d + 1, d, lanes) of the hat functions */
    const double *volumes;   /* (groups, lanes) */
} Cells;

/* Which parts of cells each entry of a CSR matrix sums up. */
typedef struct {
    int rows;
    int width;           /* parts of an entry; surplus ones point to a zero */
    const int *starts;   /* (rows + 1) */
    const int *diagonal; /* (rows) */
    const int *parts;    /* (entries, width); none for the diagonal */
} Around;

/* A layer on a film in 2D: ρ = ρ' 1 - Δρ <m' m'ᵀ>, m' = ẑ × m, in Ω m, with lanes; of the last
   what one of 3 corners adds. share is its thickness over that of the film. */
typedef struct {
    int stride;
    int depends_on_m;
    const double *share, *largest, *difference;
} LayerResistivity;

/* Resistivities of the cells in Ω m, with lanes; of the last two what one of d + 1 corners adds. */
typedef struct {
    int stride; /* LANES, or 0 where all cells are alike and one group stands for all */
    int has_hall;
    const double *perpendicular, *difference, *hall;
    int has_shunt;
    const double *shunt; /* what layers that do not depend on m add to σ in S/m */
    int layer_count;
    const LayerResistivity *const *layers; /* those that depend on m */
} Resistivity;

/* m is (columns, 3), φ (columns), j (count, d) and the velocity, too.

   parts is (groups, pairs, lanes): corners 01, 02, 12, 03, … of a symmetric tensor, else (b, a);
   the tensor is (groups, d, d, lanes). */
void hebbfilm_tensor_parts(const Cells *cells, int symmetric, const double *tensor, double *parts);
/* The same of σ(m), which is symmetric where there is no Hall effect. */
void hebbfilm_conductivity_parts(const Cells *cells, const Resistivity *resistivity,
                                 const double *m, double *parts);
/* parts is (groups, d + 1, lanes): those of a column are the same in all rows of a cell. */
void hebbfilm_advection_parts(const Cells *cells, double scale, const double *velocity,
                              double *parts);
/* The diagonal gets what makes the sum of each row zero. */
void hebbfilm_gather_parts(const Around *around, const double *parts, double *matrix);
/* In the film, and in one of its layers. */
void hebbfilm_current_density(const Cells *cells, const Resistivity *resistivity, const double *m,
                              const double *potential, double *j);
void hebbfilm_layer_current_density(const Cells *cells, const LayerResistivity *layer,
                                    const double *m, const double *potential, double *j);
