"""Compiles a ruleset to one SQL plan. The only home of sqlglot; it builds trees, never strings."""
