"""For how many subjects a page is written."""

MOST_SECTIONS = 1000
"""How many villages and cadres get a section of their own."""
MOST_RANKED = 10_000
"""How many rows a ranking has."""
