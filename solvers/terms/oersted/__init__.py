"""The Oersted field of the current by convolution on a grid; see docs/stack.md."""
