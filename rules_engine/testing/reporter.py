"""What every reporter must do."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

import pytest

from rules_engine.errors import Finding, RulesEngineError
from rules_engine.messages import LANGUAGES, speaking
from rules_engine.model.document import as_document
from rules_engine.testing import records
from rules_engine.testing.loading import supplied_by
from rules_engine.testing.reports import report_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from types import ModuleType

    from rules_engine.model.assessment import AssessmentReport
    from rules_engine.model.plugin import ReporterKind

ODD = (
    "=1+1", "@SUM(A1)", "+86", "-1", "<script>alert(1)</script>", "&amp;", "#let x = 1",
    "*a*_b_`c`", "$x^2$", "\\input{a}", "{{ x }}", "%s {0}", "|a|b|", "[a](b)", "a\tb\nc",
    "村" * 60, "قرية", "𠮷",
)  # fmt: skip
"""Names that some form of report could take for a command of its own."""


class ReporterContract:
    """Derive from this and name your plugin.

    Attributes:
        plugin: the module with the hooks.
        name: the reporter's name.
        prints: it prints and writes no file.
        repeatable: the same report gives the same bytes.
        many: villages of the large report.
    """

    plugin: ClassVar[ModuleType]
    name: ClassVar[str]
    prints: ClassVar[bool] = False
    repeatable: ClassVar[bool] = True
    many: ClassVar[int] = 1000

    def text(self, files: Sequence[Path]) -> str:
        """Return the texts in the files; override it when they are not plain text."""
        return "\n".join(file.read_text(encoding="utf-8-sig") for file in files)

    # what the tests use

    @pytest.fixture
    def reporter(self) -> ReporterKind:
        """Return the reporter, loaded as the program loads it."""
        kind: ReporterKind = supplied_by(self.plugin, "reporters", self.name)
        return kind

    @pytest.fixture
    def report(self, tmp_path: Path, reporter: ReporterKind) -> Iterator[AssessmentReport]:
        """Return the report of a small town."""
        with speaking("zh"), _made(tmp_path, reporter) as made:
            yield made

    # the contract

    def test_it_says_what_it_is(self, reporter: ReporterKind) -> None:
        """It has a name without blanks and one line that describes it."""
        assert reporter.name == self.name
        assert not any(c.isspace() for c in reporter.name)
        described = str(reporter.description)
        assert described.strip()
        assert "\n" not in described

    def test_it_writes_below_its_folder_and_nowhere_else(
        self,
        reporter: ReporterKind,
        report: AssessmentReport,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """It makes the folder, returns each file that it wrote, and leaves nothing lying about."""
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        monkeypatch.chdir(elsewhere)
        out = tmp_path / "报告 of 2025" / "deeper"
        files, _ = written(reporter, report, out)
        assert bool(files) is not self.prints
        results = [file for file in out.rglob("*") if file.is_file()]
        assert sorted(map(str, files)) == sorted(map(str, results)), "files written ≠ files named"
        assert all(file.stat().st_size for file in files)
        assert not list(elsewhere.iterdir())

    def test_it_shows_every_village(
        self,
        reporter: ReporterKind,
        report: AssessmentReport,
        tmp_path: Path,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        """Each village's id or name is there, its score and its grade."""
        files, _ = written(reporter, report, tmp_path / "out")
        text = capsys.readouterr().out if self.prints else self.text(files)
        for village in report.villages:
            plain = max(re.findall(r"\w+", village.name), key=len)  # marks may be written otherwise
            assert village.id in text or plain in text, village.name
            assert str(village.score) in text, f"{village.name}: {village.score}"
            assert village.grade in text, village.grade

    def test_it_leaves_the_report_as_it_is(
        self, reporter: ReporterKind, report: AssessmentReport, tmp_path: Path
    ) -> None:
        """A report is shown by several reporters in turn."""
        before = as_document(report)
        reporter.write(report, tmp_path / "out")
        assert as_document(report) == before

    def test_it_writes_over_what_it_wrote_before(
        self, reporter: ReporterKind, report: AssessmentReport, tmp_path: Path
    ) -> None:
        """The second time the same files come about, and the same bytes in them."""
        out = tmp_path / "out"
        first = {file: file.read_bytes() for file in written(reporter, report, out)[0]}
        second = {file: file.read_bytes() for file in written(reporter, report, out)[0]}
        assert set(first) == set(second)
        if self.repeatable:
            assert first == second, "the same report gave other bytes"

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_it_speaks_the_language_in_force(
        self, reporter: ReporterKind, tmp_path: Path, language: str
    ) -> None:
        """It can be written in every language of the program."""
        with speaking(language), _made(tmp_path, reporter) as report:
            reporter.write(report, tmp_path / "out")

    def test_names_are_names(self, reporter: ReporterKind, tmp_path: Path) -> None:
        """A name that looks like a formula, a tag or a command is shown and not obeyed."""
        with speaking("zh"), _made(tmp_path, reporter, ODD) as report:
            files, _ = written(reporter, report, tmp_path / "out")
        assert bool(files) is not self.prints

    def test_reports_with_little_in_them(
        self, reporter: ReporterKind, report: AssessmentReport, tmp_path: Path
    ) -> None:
        """No cadres, no targets, no assumptions; a score that is still open."""
        open_ = [
            replace(village, low=village.score - 1, grade="", band="", lines=(), consequences=())
            for village in report.villages
        ]
        bare = replace(
            report, villages=open_, cadres=[], targets=(), assumptions=(), findings=(), grades=()
        )
        reporter.write(bare, tmp_path / "out")

    def test_a_place_that_cannot_be_written_to(
        self, reporter: ReporterKind, report: AssessmentReport, tmp_path: Path
    ) -> None:
        """That is told as the operating system tells it, or as an error of the program."""
        if self.prints:
            pytest.skip("it writes no file")
        (tmp_path / "file").write_text("in the way", encoding="utf-8")
        with pytest.raises((OSError, RulesEngineError)) as refused:
            reporter.write(report, tmp_path / "file")
        codes = {f.code for f in getattr(refused.value, "findings", ())}
        assert "plugin-failed" not in codes, str(refused.value)

    def test_many_villages(self, reporter: ReporterKind, tmp_path: Path) -> None:
        """All are written, or it is said what is not: by a finding, or by an error that refuses."""
        names = [f"村{i:06}" for i in range(self.many)]
        with speaking("zh"), _made(tmp_path, reporter, names) as report:
            try:
                files, message = written(reporter, report, tmp_path / "out")
            except RulesEngineError as error:
                assert all(f.code not in ("plugin-failed", "plugin-hangs") for f in error.findings)
            else:
                text = "" if self.prints else self.text(files)
                missing = [] if self.prints else [name for name in names if name not in text]
                assert message or not missing, f"{missing[:3]} is missing, and nothing says so"


def written(
    reporter: ReporterKind, report: AssessmentReport, out: Path
) -> tuple[list[Path], list[Finding]]:
    """Write a report; return its files, and what the reporter has to say."""
    value = reporter.write(report, out)
    findings = [item for item in value if isinstance(item, Finding)]
    return [item for item in value if not isinstance(item, Finding)], findings


@contextmanager
def _made(
    tmp_path: Path, reporter: ReporterKind, names: Sequence[str] = ()
) -> Iterator[AssessmentReport]:
    place = tmp_path / f"run-{len(list(tmp_path.iterdir()))}"
    place.mkdir()
    evidence = reporter.evidence and len(names) <= (reporter.evidence_limit or len(names))
    with report_of(
        place, names or records.NAMES, evidence=evidence, lines=reporter.lines
    ) as report:
        yield report
