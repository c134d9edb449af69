"""Pictures, made from run folders alone, without a display."""
