"""What objects look like in notebooks: one file for each kind."""
