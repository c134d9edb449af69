"""The layers of metal below and above a film."""
