"""Lays out the files of a ruleset: one order of keys, aligned rows, each comment where it was."""
