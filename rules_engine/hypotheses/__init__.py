"""Asks how a run would stand if something were otherwise: the rules, a record, a figure."""
