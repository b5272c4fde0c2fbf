"""What a changed ruleset would have made of earlier runs: who moves, and by which change."""
