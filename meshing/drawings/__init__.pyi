from .reader import list_layers as list_layers
from .reader import read_drawing as read_drawing
