"""Looks at compiled rules as a whole: what can be reached, what is idle, whom a rule punishes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules_engine.checks.bands import check_bands
from rules_engine.checks.constant_conditions import check_constants
from rules_engine.checks.defaults import notes_on_defaults
from rules_engine.checks.double_counting import check_charged, check_for_others
from rules_engine.checks.lawful_petitions import check_lawful_petitions
from rules_engine.checks.reachability import check_groups, check_reachability
from rules_engine.checks.unused import check_circles, check_unused

if TYPE_CHECKING:
    from rules_engine.errors import Finding
    from rules_engine.plan.rules import Rulebook


def analyse(book: Rulebook, *, whole: bool, charges: bool = True) -> list[Finding]:
    """Return findings about the rules as a whole.

    Args:
        book: the compiled rules.
        whole: whether everything could be compiled; if not, nothing can be called idle.
        charges: whether to look for records that are charged twice; that takes longest, and what
            comes of it are warnings.
    """
    findings = [
        *check_groups(book),
        *check_reachability(book),
        *check_lawful_petitions(book),
        *check_constants(book),
        *check_bands(book),
    ]
    if not whole:
        return findings
    findings += [*check_unused(book), *check_circles(book)]
    return [*findings, *check_charged(book)] if charges else findings


def notes_on(book: Rulebook) -> list[Finding]:
    """Return what is no fault of the rules, but should be known before they are signed."""
    return [*check_for_others(book), *notes_on_defaults(book)]
