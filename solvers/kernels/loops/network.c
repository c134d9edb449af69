/* Loops over the rows of the matrix of the potential. */

static inline double row_product(const Network *network, int row, const double *x)
{
    /* Two sums, as one would wait for each of its additions. */
    double even = 0, odd = 0;
    int k = network->starts[row], end = network->starts[row + 1];
    for (; k + 1 < end; k += 2) {
        even += network->values[k] * x[network->columns[k]];
        odd += network->values[k + 1] * x[network->columns[k + 1]];
    }
    if (k < end)
        even += network->values[k] * x[network->columns[k]];
    return even + odd;
}

void hebbfilm_network_product(const Network *network, const double *x, double *y)
{
    for (int row = 0; row < network->rows; row++)
        y[row] = network->held[row] ? x[row]
                                    : row_product(network, row, x) + network->shunt[row] * x[row];
}

void hebbfilm_network_balance(const Network *network, const double *potential, const double *inflow,
                              double *missing, double *right, double *sums)
{
    double residual = 0, size = 0, power = 0;
    for (int row = 0; row < network->rows; row++) {
        double flow = row_product(network, row, potential);
        double largest = network->diagonal[row] * potential[row];
        missing[row] = flow - inflow[row];
        right[row] = network->held[row] ? 0 : -missing[row];
        residual += right[row] * right[row];
        size += largest * largest;
        power += potential[row] * flow;
    }
    sums[0] = residual;
    sums[1] = size;
    sums[2] = power;
}
