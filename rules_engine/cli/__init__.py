"""The command line: parse, call, print. Each verb imports what it needs when it runs."""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    """Run the command line. Exit codes: 0 done, 1 findings that stop it, 2 wrong usage."""
    import gc
    import sys

    # A run makes a million small objects and lets nearly all of them go by count; looking for
    # circles among them every 700 costs a tenth of a short run.
    gc.set_threshold(300_000, 20, 50)
    from rules_engine.cli.localized import asked_language
    from rules_engine.messages import speaking

    with speaking(asked_language(sys.argv[1:])):
        # The verbs' modules translate their help when they are imported.
        from rules_engine.cli import program

        program.main()
