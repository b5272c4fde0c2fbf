"""Compiles a ruleset to one SQL plan; it builds trees of sqlglot, never strings."""
