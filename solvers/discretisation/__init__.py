"""The film on P1 elements: sparsity, geometry and assembly, and what PETSc needs of it."""
