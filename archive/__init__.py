"""The catalogue, search, the pages and the command; the only place where things are wired."""

__version__ = "0.1.0"
