"""The temperature of a film, of its layers and of what they lie on."""
