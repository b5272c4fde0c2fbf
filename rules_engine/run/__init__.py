"""Runs of assessments: load the rules, compute, take the digest, compare and verify."""
