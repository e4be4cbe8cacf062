"""fruitmand: a reproducible research compendium of *Leren van de fruitmand*."""

__version__ = "0.1.0"
