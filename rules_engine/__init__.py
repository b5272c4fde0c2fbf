"""Scores villages, units and officials against written standards, and explains every point."""

__version__ = "0.1.0"
