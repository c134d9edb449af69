"""The commands of `hebbfilm`, one file each: its arguments and what it does."""
