"""The ground that every room stands on: errors, ranks together, whole files, words and tables."""
