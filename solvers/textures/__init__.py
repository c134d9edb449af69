"""How magnetisation begins: by formula, from pictures, from files of this and of other programs."""
