"""The command line: parse, call, print. Each verb imports what it needs when it runs."""

from __future__ import annotations

from rules_engine.cli.program import main

__all__ = ["main"]
