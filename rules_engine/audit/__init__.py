"""The audit log as values: its chain of hashes, its files, their signatures. Knows no database."""
