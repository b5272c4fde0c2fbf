"""The text of YAML files: where each value stands, its tree with comments, and changes of it."""
