"""perfkata: learn performance engineering by doing it."""

__all__ = ["__version__"]

__version__ = "0.1.0"
