"""What everything that is told of finished runs must do."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pytest

from rules_engine.messages import LANGUAGES, speaking
from rules_engine.model.document import as_document
from rules_engine.testing import records
from rules_engine.testing.loading import supplied_by
from rules_engine.testing.reporter import ODD
from rules_engine.testing.reports import report_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from types import ModuleType

    from rules_engine.model.plugin import AfterRun


class AfterRunContract:
    """Derive from this, name your plugin, and show what arrives.

    Attributes:
        plugin: the module with the hooks.
        name: the receiver's name.
        secrets: texts, such as a token, that nothing that it sends or prints may show.
    """

    plugin: ClassVar[ModuleType]
    name: ClassVar[str]
    secrets: ClassVar[tuple[str, ...]] = ()

    def arrived(self) -> Sequence[str]:
        """Return the texts that have come to where it sends them, the oldest first."""
        raise NotImplementedError

    def cut_off(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Make the place where it sends its news unreachable."""
        raise NotImplementedError

    # what the tests use

    @pytest.fixture
    def receiver(self) -> AfterRun:
        """Return the receiver, loaded as the program loads it."""
        kind: AfterRun = supplied_by(self.plugin, "after_runs", self.name)
        return kind

    # the contract

    def test_it_says_what_it_is(self, receiver: AfterRun) -> None:
        """It has a name without blanks and one line that describes it."""
        assert receiver.name == self.name
        assert not any(c.isspace() for c in receiver.name)
        described = str(receiver.description)
        assert described.strip()
        assert "\n" not in described

    def test_each_run_arrives(self, receiver: AfterRun, tmp_path: Path) -> None:
        """Something comes of each run, and says which run it was."""
        for number in range(2):
            before = len(self.arrived())
            place = tmp_path / str(number)
            place.mkdir()
            with report_of(place, (*records.NAMES, "新村")[number:]) as report:
                receiver.tell(report)
                news = "\n".join(self.arrived()[before:])
            assert news.strip(), "nothing arrived"
            known = (report.run.run_id, report.run.digest, report.run.ruleset_title)
            assert any(text in news for text in known), "it does not say which run it was"

    def test_any_report_arrives(self, receiver: AfterRun, tmp_path: Path) -> None:
        """Names are names, few and many, and the language is the one in force."""
        for number, names in enumerate((ODD, ("甲村", "乙村", "丙村"))):
            for language in LANGUAGES:
                before = len(self.arrived())
                place = tmp_path / f"{number}-{language}"
                place.mkdir()
                with speaking(language), report_of(place, names) as report:
                    receiver.tell(report)
                assert len(self.arrived()) > before

    def test_it_leaves_the_report_as_it_is(self, receiver: AfterRun, tmp_path: Path) -> None:
        """Whoever comes after it gets the same report."""
        with report_of(tmp_path) as report:
            before = as_document(report)
            receiver.tell(report)
            assert as_document(report) == before

    def test_it_prints_nothing(
        self, receiver: AfterRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """Standard output is the program's: a document in JSON may stand there."""
        with report_of(tmp_path) as report:
            capsys.readouterr()
            receiver.tell(report)
            assert capsys.readouterr().out == ""

    def test_what_does_not_arrive_is_told(
        self, receiver: AfterRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """It raises then: the program makes a warning of it, and the run stands."""
        before = list(self.arrived())
        with report_of(tmp_path) as report:
            self.cut_off(monkeypatch)
            with pytest.raises(Exception) as failed:
                receiver.tell(report)
        assert not [secret for secret in self.secrets if secret in str(failed.value)]
        monkeypatch.undo()
        assert list(self.arrived()) == before

    def test_no_secret_arrives(self, receiver: AfterRun, tmp_path: Path) -> None:
        """What it was trusted with stays with it."""
        with report_of(tmp_path) as report:
            receiver.tell(report)
        news = "\n".join(self.arrived())
        assert not [secret for secret in self.secrets if secret in news]
