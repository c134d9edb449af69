"""`hebbfilm network`: what the network of a run, or of all runs of a study, stores and bears."""
