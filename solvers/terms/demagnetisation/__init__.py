"""The non-local demagnetising field by convolution on a grid; see docs/demagnetisation.md."""
