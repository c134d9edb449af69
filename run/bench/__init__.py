"""How fast hebbfilm is on this machine, each figure beside something."""
