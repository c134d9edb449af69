"""All that can be known of runs before they are run: what is wrong, and what they will cost."""
