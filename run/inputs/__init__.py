"""Case files: read, checked, and made into films."""
