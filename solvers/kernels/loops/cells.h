/* What Python sees of cells.c; also read by cffi. SI units throughout.

   Arrays with lanes hold LANES cells side by side; the last cell fills up the last group. */

/* The cells of one rank; d is the dimension, 2 or 3. */
typedef struct {
    int d;
    int count;
    const int *vertices;     /* (groups, d + 1, lanes) */
    const double *gradients; /* (groups, d, d, lanes) of the hat functions but the first */
    const double *volumes;   /* (groups, lanes) */
} Cells;

/* Which parts of cells each entry of a CSR matrix sums up; rows stand in the order in which their
   last cells come. */
typedef struct {
    int number;        /* parts of a cell */
    int tile;          /* groups of cells in a tile */
    int tiles;
    int kept;          /* whose parts are there at once: those of the next one replace the oldest */
    const int *until;  /* (tiles) rows that are complete after each */
    const int *begins; /* (rows) entries */
    const int *ends;
    const int *diagonal;
    int width;                  /* parts of an entry; surplus ones point to a zero */
    const unsigned short *near; /* (entries, width) places of parts; none for the diagonal */
    const int *far;             /* the same where these numbers are too large for that, or NULL */
    double *parts;              /* (kept, tile, number, lanes), and the zero */
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

   What cells add up to in a matrix, whose diagonal gets what makes the sum of each row zero. Parts
   of a cell are those of its corners 01, 02, 12, 03, … for a symmetric tensor, else (b, a);
   the tensor is (groups, d, d, lanes). */
void hebbfilm_tensor_sums(const Cells *cells, int symmetric, const double *tensor,
                          const Around *around, double *matrix);
/* The same of σ(m), which is symmetric where there is no Hall effect. */
void hebbfilm_conductivity_sums(const Cells *cells, const Resistivity *resistivity,
                                const double *m, const Around *around, double *matrix);
/* Parts of a cell are (d + 1): those of a column are the same in all of its rows. */
void hebbfilm_advection_sums(const Cells *cells, double scale, const double *velocity,
                             const Around *around, double *matrix);
/* In the film, and in one of its layers. */
void hebbfilm_current_density(const Cells *cells, const Resistivity *resistivity, const double *m,
                              const double *potential, double *j);
void hebbfilm_layer_current_density(const Cells *cells, const LayerResistivity *layer,
                                    const double *m, const double *potential, double *j);
