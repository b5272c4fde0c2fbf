"""Changes a ruleset as a slip of the pen would, and asks whether its scenarios notice."""
