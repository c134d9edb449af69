"""What a person starts: the command line, cases, run folders and pictures."""
