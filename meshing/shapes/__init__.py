"""Films from shapes in TOML: primitives added, cut and repeated, with contacts on them."""
