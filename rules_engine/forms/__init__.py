"""Lays a ruleset out as a form that people fill in, and brings back what they changed."""
