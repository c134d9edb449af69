"""How ranks talk in each part of a step, and what that foretells of many ranks."""
