"""Makes the sample records of the rulesets, always the same ones."""
