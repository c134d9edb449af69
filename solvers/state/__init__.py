"""What is kept of a film: what its parts give for it, and the archive that holds it."""
