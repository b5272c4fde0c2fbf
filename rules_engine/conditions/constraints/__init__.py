"""What a condition asks for, broken down into constraints that a solver can answer for."""
