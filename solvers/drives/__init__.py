"""What acts from outside in the course of time: drives of contacts and waveforms of fields."""
