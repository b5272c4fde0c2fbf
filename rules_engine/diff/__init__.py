"""What changed between two rulesets, in the words of the paper, and whom it can hurt or help."""
