"""Rulesets as policy staff write them: reading with positions, and checking."""
