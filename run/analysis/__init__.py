"""What finished runs have to say, as data and as text; draws nothing."""
