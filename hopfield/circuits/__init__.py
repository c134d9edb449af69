"""Circuits at the contacts: each neuron gets a voltage for the current that it sees."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
