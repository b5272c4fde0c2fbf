"""What runs the compiled plan. DuckDB comes with the program; others are plugins."""
