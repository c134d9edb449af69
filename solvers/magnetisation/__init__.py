"""The Landau-Lifshitz-Gilbert equation: field, torque, noise, and equilibria."""
