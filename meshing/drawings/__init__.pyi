from .reader import read_drawing as read_drawing
