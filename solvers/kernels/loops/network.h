/* What Python sees of network.c; also read by cffi. SI units throughout. */

/* The film as a network of conductances between the vertices that one rank owns and others. */
typedef struct {
    int rows;
    const int *starts, *columns; /* CSR */
    const double *values;        /* (entries) in S */
    const double *shunt;         /* (rows) conductance in S to what feeds a vertex */
    const double *diagonal;      /* (rows) in S, for estimates of round-off */
    const char *held;            /* (rows) whether an electrode sets the potential */
} Network;

/* (A + g) x on free vertices, x on held ones; x is (columns), y (rows). */
void hebbfilm_network_product(const Network *network, const double *x, double *y);

/* missing = A φ - inflow, which electrodes supply where they hold a vertex; right = -missing on
   free vertices, else 0. Sums: of right², (diagonal φ)², and φ A φ in W. */
void hebbfilm_network_balance(const Network *network, const double *potential, const double *inflow,
                              double *missing, double *right, double *sums);
