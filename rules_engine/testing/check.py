"""What every further check of rulesets must do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

import pytest

from rules_engine.messages import LANGUAGES, NO_MESSAGE, Message, speaking
from rules_engine.plugin_manager import registry
from rules_engine.ruleset.read import RULESET_FILE, read_loosely
from rules_engine.ruleset.template import start_ruleset
from rules_engine.scenarios.example import lay_ruleset
from rules_engine.testing.loading import supplied_by
from rules_engine.testing.reports import YEAR

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path
    from types import ModuleType

    from rules_engine.errors import Finding
    from rules_engine.model.plugin import Check
    from rules_engine.ruleset.read import Ruleset

CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")
BARE = """\
ruleset: bare
title: Bare
edition: "1"
effective: {from: 2020-01-01}
period: {from: 2025-01-01, to: 2025-12-31}
scale: 1
tables: {}
indicators: {}
sections:
  all: {label: All, criteria: {line: {points: 1, method: none, label: Line}}}
grades:
  all: {label: All, from: 0}
"""
"""No tables, no indicators, no clauses, and a method that nobody gives."""


class CheckContract:
    """Derive from this, name your plugin, and give rulesets in which it finds something.

    Attributes:
        plugin: the module with the hooks.
        name: the check's name.
    """

    plugin: ClassVar[ModuleType]
    name: ClassVar[str]

    def faulty(self) -> Iterable[tuple[str, str, int]]:
        """Return rulesets with a fault, each with the code of its finding and the line of it.

        At least one; each as the text of ``ruleset.yaml``.
        """
        raise NotImplementedError

    def sound(self) -> Iterable[str]:
        """Return rulesets, as the text of ``ruleset.yaml``, in which it finds nothing."""
        return ()

    # what the tests use

    @pytest.fixture
    def check(self) -> Check:
        """Return the check, loaded as the program loads it."""
        kind: Check = supplied_by(self.plugin, "checks", self.name)
        return kind

    # the contract

    def test_it_says_what_it_is(self, check: Check) -> None:
        """It has a name and one line that describes it."""
        assert check.name == self.name == self.name.strip()
        described = str(check.description)
        assert described.strip()
        assert "\n" not in described

    def test_each_fault_is_found_at_its_line(self, check: Check, tmp_path: Path) -> None:
        """A finding stands where the fault was written."""
        faulty = list(self.faulty())
        assert faulty, "give at least one ruleset in which it finds something"
        for number, (text, code, line) in enumerate(faulty):
            results = _findings_in(check, lay_ruleset(tmp_path / str(number), text))
            at = [(finding.code, finding.place.line) for finding in results]
            assert (code, line) in at, f"{code} at line {line} is not among {at}"

    def test_nothing_is_found_in_what_is_sound(self, check: Check, tmp_path: Path) -> None:
        """It is quiet about rulesets that are as they should be; one is the program's own start."""
        start_ruleset("contract", tmp_path, YEAR, registry().methods)
        folders = [tmp_path / "contract"]
        folders += [
            lay_ruleset(tmp_path / f"sound-{n}", text) for n, text in enumerate(self.sound())
        ]
        for folder in folders:
            assert not [str(finding.message) for finding in _findings_in(check, folder)]

    def test_findings_say_what_is_wrong_and_where(self, check: Check, tmp_path: Path) -> None:
        """A code in kebab case, a message, a place in a file of the ruleset, and a remedy."""
        for number, (text, _, _) in enumerate(self.faulty()):
            folder = lay_ruleset(tmp_path / str(number), text)
            for language in LANGUAGES:
                with speaking(language):
                    for finding in _findings_in(check, folder):
                        _assert_complete(finding, folder)

    def test_it_goes_through_any_ruleset(self, check: Check, tmp_path: Path) -> None:
        """Also one that says hardly anything, or names what there is not."""
        _findings_in(check, lay_ruleset(tmp_path / "bare", BARE))
        start_ruleset("contract", tmp_path, YEAR, registry().methods)
        file = tmp_path / "contract" / RULESET_FILE
        whole = file.read_text(encoding="utf-8")
        for word in ("clause:", "method:", "from:", "label:"):
            file.write_text(whole.replace(word, f"not_{word}", 3), encoding="utf-8")
            ruleset = read_loosely(file.parent).ruleset
            if ruleset is not None:  # in part, as `check` hands it on
                list(check.run(ruleset))

    def test_it_finds_the_same_again_and_changes_nothing(
        self, check: Check, tmp_path: Path
    ) -> None:
        """A check only looks: the ruleset and its files stay as they are."""
        for number, (text, _, _) in enumerate(self.faulty()):
            folder = lay_ruleset(tmp_path / str(number), text)
            before = {file: file.read_bytes() for file in sorted(folder.rglob("*"))}
            ruleset = _read(folder)
            said = ruleset.document.model_dump()
            assert list(check.run(ruleset)) == list(check.run(ruleset)), "found anew, it differs"
            assert ruleset.document.model_dump() == said, "it changes the ruleset"
            assert {file: file.read_bytes() for file in sorted(folder.rglob("*"))} == before


def _read(folder: Path) -> Ruleset:
    ruleset = read_loosely(folder).ruleset
    assert ruleset is not None, "this ruleset cannot be read at all"
    return ruleset


def _findings_in(check: Check, folder: Path) -> list[Finding]:
    return list(check.run(_read(folder)))


def _assert_complete(finding: Finding, folder: Path) -> None:
    assert CODE.fullmatch(finding.code), f"{finding.code} is no code such as weight-too-great"
    assert isinstance(finding.message, Message), "a message is a msg(…)"
    assert str(finding.message).strip()
    assert isinstance(finding.hint, Message), "a hint is a msg(…), or is left out"
    assert finding.hint is not NO_MESSAGE, f"{finding.code} does not say what to do"
    assert finding.place.line, f"{finding.code} has no place: take ruleset.place(…)"
    assert str(finding.place.file).startswith(str(folder)), "the place is not in the ruleset"
