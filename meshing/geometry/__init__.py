"""Lines and areas of the plane, of whatever they are the drawing."""
