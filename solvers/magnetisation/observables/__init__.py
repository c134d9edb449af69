"""What a texture is, in a few figures: topological charge, skyrmions, walls and stripes."""
