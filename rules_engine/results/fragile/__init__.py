"""Finds the subjects that a rounding step, a record or a dispute would move; by trying it."""
