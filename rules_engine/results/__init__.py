"""What an assessment gave: running the plan, its digest, and reading it back as values."""
