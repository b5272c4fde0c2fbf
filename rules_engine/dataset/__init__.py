"""The tables of records: their declared shape, and what is refused."""
