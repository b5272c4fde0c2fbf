"""Reads feature files: every scenario is there once, and one that checks nothing is a finding."""

from __future__ import annotations

import os
import re
import textwrap
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rules_engine.errors import Finding, Place, RulesetError, UsageError
from rules_engine.ingest.personal_texts import personal_scenarios
from rules_engine.messages import Message, listed, msg
from rules_engine.model.naming import normal
from rules_engine.plugin_manager import registry
from rules_engine.yamltext.read import hidden, read_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from gherkin.errors import ParserException
    from pytest_bdd.gherkin_parser import Feature as Parsed
    from pytest_bdd.gherkin_parser import Rule as ParsedRule
    from pytest_bdd.gherkin_parser import Scenario as ParsedScenario
    from pytest_bdd.parser import Examples, Feature, FeatureParser, Rule, ScenarioTemplate

    from rules_engine.errors import RulesEngineError

SKIP = frozenset({"skip", "跳过"})
"""Tags of scenarios that are left out of a run."""
PLACEHOLDER = re.compile("<(.+?)>")
LANGUAGE_HINT = msg("the first line says the language: # language: zh-CN")
OPENS_WITH_STEP = frozenset({"Context", "Action", "Outcome"})


@dataclass(frozen=True)
class Skipped:
    """A scenario that its tag leaves out."""

    file: str
    line: int
    scenario: str


@dataclass
class ReadFeatures:
    """What the feature files of a folder hold.

    Attributes:
        features: the features, as pytest-bdd runs them; the names of their scenarios differ.
        skipped: scenarios and examples that a tag leaves out.
        findings: what cannot be read, checks nothing or has the name of another.
    """

    features: list[Feature] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def scenarios(self) -> Iterator[ScenarioTemplate]:
        """Yield the scenarios in order."""
        for feature in self.features:
            yield from feature.scenarios.values()


def read_features(place: Path) -> ReadFeatures:
    """Read a feature file, or all of a folder and of those below it."""
    result = ReadFeatures()
    for file in _files(place):
        _FileReader(file, result).read()
    _number_duplicates(list(result.scenarios()))
    return result


def _files(place: Path) -> list[Path]:
    return [place] if place.is_file() else sorted(place.glob("**/*.feature"))


def features_of(ruleset: Path) -> Path:
    """Return the folder of a ruleset's scenarios.

    It is ``features`` inside the ruleset, or ``features/<name>`` beside a folder above it.

    Raises:
        UsageError: there is none.
    """
    folder = ruleset.resolve()
    candidates = [folder / "features"]
    candidates += [above / "features" / folder.name for above in folder.parents]
    for candidate in candidates:
        if candidate.is_dir() and any(candidate.glob("**/*.feature")):
            return candidate
    raise no_scenarios(folder)


def no_scenarios(folder: Path) -> RulesEngineError:
    """Return that a ruleset has no scenarios as an error."""
    where = folder / "features" if folder.is_dir() else folder.parent
    return UsageError.of(
        "no-scenarios",
        msg("“{ruleset}” has no scenarios", ruleset=folder.name),
        hint=msg("write them in {folder}/*.feature", folder=where),
    )


def check_features(place: Path) -> list[Finding]:
    """Return the numbers of persons in a feature file, or in all of a folder, and what is no text.

    Whether the scenarios can be run is another matter.
    """
    findings: list[Finding] = []
    for file in _files(place):
        shown = os.path.relpath(file)
        try:
            findings += _refused(read_text(file, shown), shown)
        except RulesetError as error:
            findings += error.findings
    return findings


def _refused(text: str, shown: str) -> list[Finding]:
    return hidden(text, shown) or personal_scenarios(text, shown, registry())


class _FileReader:
    """Reads one file."""

    def __init__(self, file: Path, result: ReadFeatures) -> None:
        from pytest_bdd.parser import FeatureParser

        self.file = file
        self.shown = os.path.relpath(file)
        self.result = result
        self.parser: FeatureParser = FeatureParser(str(file.parent), file.name)

    def read(self) -> None:
        from pytest_bdd.gherkin_parser import GherkinDocument

        plain = self._plain()
        if plain is None:
            return
        if not plain.get("feature"):
            self.find("empty-feature", 1, msg("the file holds no feature"), LANGUAGE_HINT)
            return
        parsed = GherkinDocument.from_dict(plain).feature
        before = len(self.result.skipped), len(self.result.findings)
        feature = self._feature(parsed)
        self.result.features.append(feature)
        if not feature.scenarios and before == (
            len(self.result.skipped),
            len(self.result.findings),
        ):
            self.find(
                "empty-feature",
                parsed.location.line,
                msg("the feature “{name}” holds no scenario", name=parsed.name),
                msg("write one, or remove the file"),
            )

    def find(
        self, code: str, line: int, message: Message, hint: Message, *, warning: bool = False
    ) -> None:
        """Note a finding in this file."""
        place = Place(self.shown, line)
        severity = "warning" if warning else "error"
        self.result.findings.append(Finding(code, message, place, hint, severity))  # type: ignore[arg-type]  # one of the two

    def _plain(self) -> dict[str, Any] | None:
        """Return the syntax tree, or nothing where the file cannot be read."""
        from gherkin.errors import CompositeParserException, ParserException
        from gherkin.parser import Parser

        try:
            text = read_text(self.file, self.shown)
            if refused := _refused(text, self.shown):
                self.result.findings += refused
                return None  # what else is wrong, or fails, would show it
            return dict(Parser().parse(text))
        except RulesetError as error:
            self.result.findings += error.findings
        except CompositeParserException as error:
            begins = any("FeatureLine" in str(one) for one in error.errors)
            for one in error.errors[:1] if begins else error.errors:  # the others follow from it
                self._syntax(one)
        except ParserException as error:
            self._syntax(error)
        return None

    def _syntax(self, error: ParserException) -> None:
        from gherkin.errors import AstBuilderException, NoSuchLanguageException
        from gherkin.errors import UnexpectedEOFException as EndOfFile

        line, code = error.location["line"], "bad-feature"
        if isinstance(error, AstBuilderException):
            hint = msg("put a | on both sides of every cell; write | within a cell as \\|")
            message = msg("this row has more or fewer cells than the heading of its table")
            self.find("cell-count", line, message, hint)
        elif isinstance(error, NoSuchLanguageException):
            self.find(code, line, msg("there is no such language of scenarios"), LANGUAGE_HINT)
        elif isinstance(error, EndOfFile):
            self.find(code, line, msg("the file ends too early"),
                      msg("end a text block with three quotes, as it begins"))  # fmt: skip
        elif "FeatureLine" in str(error):
            self.find(code, line, msg("the file does not begin with a feature"), LANGUAGE_HINT)
        elif "whitespace" in str(error):
            self.find(code, line, msg("a tag holds no blank"), msg("write @one @two"))
        else:
            hint = msg("a step begins with 假如, 当, 那么, 而且 or 但是; a remark with #")
            message = msg("this line is neither a scenario, nor a step, nor a table")
            self.find(code, line, message, hint)

    # what the file holds

    def _feature(self, parsed: Parsed) -> Feature:
        from pytest_bdd.parser import Feature, get_tag_names

        feature = Feature(
            scenarios=OrderedDict(),
            filename=self.parser.abs_filename,
            rel_filename=self.parser.rel_filename,
            language=parsed.language,
            keyword=parsed.keyword,
            name=parsed.name,
            tags=set(),  # to pytest tags are marks with meanings of its own
            background=None,
            line_number=parsed.location.line,
            description=textwrap.dedent(parsed.description),
        )
        named: dict[str, int] = {}
        tags = get_tag_names(parsed.tags)
        for child in parsed.children:
            if child.background:
                if self._begins_well(child.background):
                    feature.background = self.parser.parse_background(child.background)
            elif child.rule:
                self._rule(child.rule, feature, tags)
            elif child.scenario:
                self._scenario(child.scenario, feature, None, named, tags)
        return feature

    def _rule(self, parsed: ParsedRule, feature: Feature, tags: set[str]) -> None:
        from pytest_bdd.parser import Rule, get_tag_names

        rule = Rule(parsed.keyword, parsed.name, parsed.description, set())
        tags = tags | get_tag_names(parsed.tags)
        named: dict[str, int] = {}
        for child in parsed.children:
            if child.background and self._begins_well(child.background):
                rule.background = self.parser.parse_background(child.background)
            elif child.scenario:
                self._scenario(child.scenario, feature, rule, named, tags)

    def _scenario(
        self,
        parsed: ParsedScenario,
        feature: Feature,
        rule: Rule | None,
        named: dict[str, int],
        tags: set[str],
    ) -> None:
        line = parsed.location.line
        first = named.setdefault(normal(parsed.name), line)
        if first != line:
            self.find(
                "duplicate-scenario", line,
                msg("a scenario “{name}” stands already in line {line}",
                    name=parsed.name, line=first),
                msg("both are run; give each a name of its own"), warning=True,
            )  # fmt: skip
        if not self._begins_well(parsed):
            return
        scenario = self.parser.parse_scenario(parsed, feature, rule)
        tags = tags | scenario.tags
        scenario.tags = set()
        if tags & SKIP:
            self._skip(line, parsed.name)
        elif self._checks(scenario, parsed) and self._examples(scenario, parsed):
            feature.scenarios[f"{parsed.name} {line}"] = scenario

    def _skip(self, line: int, name: str) -> None:
        self.result.skipped.append(Skipped(self.shown, line, name))

    def _begins_well(self, parsed: Any) -> bool:  # noqa: ANN401 - a background or a scenario
        """Return whether the first step says whether it gives, does or compares something."""
        if not parsed.steps or parsed.steps[0].keyword_type in OPENS_WITH_STEP:
            return True
        self.find("bad-feature", parsed.steps[0].location.line,
                  msg("the first step begins with “{word}”", word=parsed.steps[0].keyword),
                  msg("begin with 假如, 当 or 那么"))  # fmt: skip
        return False

    def _checks(self, scenario: ScenarioTemplate, parsed: ParsedScenario) -> bool:
        """Return whether a scenario compares anything."""
        hint = msg("say with 那么 what is to come out")
        if not parsed.steps:
            message = msg("the scenario “{name}” has no step: it checks nothing", name=parsed.name)
        elif all(step.type != "then" for step in scenario.steps):
            message = msg("the scenario “{name}” compares nothing", name=parsed.name)
        else:
            return self._in_order(scenario)
        self.find("checks-nothing", scenario.line_number, message, hint)
        return False

    def _in_order(self, scenario: ScenarioTemplate) -> bool:
        """Return whether everything given is in by the time that something is compared with it."""
        late, begun = None, False
        for step in scenario.steps:
            if step.type == "when":
                late, begun = None, True
            elif step.type == "given" and begun:
                late = late or step
            elif late:
                break
        if late is None:
            return True
        message = msg(
            "“{step}” comes after the assessment, which knows nothing of it",
            step=late.name.partition("\n")[0],
        )
        hint = msg("put it before the step that begins with 当, or assess once more")
        self.find("given-too-late", late.line_number, message, hint)
        return False

    def _examples(self, scenario: ScenarioTemplate, parsed: ParsedScenario) -> bool:
        """Check the examples of an outline, and leave out those that are tagged so."""
        if not parsed.examples and not self._outlined(scenario):
            return True
        if not all([self._columns(scenario, examples) for examples in scenario.examples]):
            return False
        skipped = [e for e in scenario.examples if e.tags & SKIP and e.examples]
        for examples in skipped:
            for _ in examples.examples:
                self._skip(examples.line_number or scenario.line_number, parsed.name)
        scenario.examples = [e for e in scenario.examples if e.examples and e not in skipped]
        for examples in scenario.examples:
            examples.tags = set()
        if not scenario.examples and not skipped:
            self.find("checks-nothing", scenario.line_number,
                      msg("the outline “{name}” has no examples: it is never run",
                          name=parsed.name),
                      msg("write 例子: and a table with a row for each case"))  # fmt: skip
        return bool(scenario.examples)

    def _columns(self, scenario: ScenarioTemplate, examples: Examples) -> bool:
        """Return whether each heading stands once and each placeholder has one."""
        line, names = examples.line_number or scenario.line_number, examples.example_params
        if twice := [n for n, count in Counter(names).items() if count > 1]:
            self.find("duplicate-heading", line, msg("“{name}” heads two columns", name=twice[0]),
                      msg("keep one of the two"))  # fmt: skip
        used = {n for step in scenario.steps for n in PLACEHOLDER.findall(_words(step))}
        if unknown := sorted(used - set(names)):
            self.find("unknown-name", line,
                      msg("the examples have no column “{name}”", name=unknown[0]),
                      msg("known here: {names}", names=listed(names)))  # fmt: skip
        return not twice and not unknown

    @staticmethod
    def _outlined(scenario: ScenarioTemplate) -> bool:
        from gherkin.dialect import Dialect

        dialect = Dialect.for_name(scenario.feature.language)
        return dialect is not None and scenario.keyword in dialect.scenario_outline_keywords


def _words(step: Any) -> str:  # noqa: ANN401 - pytest-bdd's own
    cells = [str(c) for row in step.datatable.raw() for c in row] if step.datatable else []
    return "\n".join([step.name, *cells])


def rows_of(scenario: ScenarioTemplate) -> list[dict[str, str]]:
    """Return what the placeholders of a scenario stand for, each time that it is run."""
    return [row for table in scenario.examples for row in table.as_contexts()] or [{}]


def name_of(scenario: ScenarioTemplate, row: Mapping[str, str]) -> str:
    """Return what a scenario is called with the values of one of :func:`rows_of`."""
    return PLACEHOLDER.sub(lambda result: str(row.get(result[1], result[0])), scenario.name)


def keep_rows(scenario: ScenarioTemplate, wanted: Sequence[bool]) -> None:
    """Leave only some of the examples of a scenario; one answer for each of :func:`rows_of`."""
    answers = iter(wanted)
    for table in scenario.examples:
        table.examples = [row for row in table.examples if next(answers)]
    scenario.examples = [table for table in scenario.examples if table.examples]


def _number_duplicates(scenarios: list[ScenarioTemplate]) -> None:
    """Give scenarios of one name the values of their examples, else their places, as well."""
    for scenario in _alike(scenarios):
        if scenario.examples:
            used = "、".join(f"<{name}>" for name in scenario.examples[0].example_params)
            scenario.name = f"{scenario.name}（{used}）"
    for scenario in _alike(scenarios):
        file = os.path.basename(scenario.feature.filename)
        scenario.name = f"{scenario.name}（{file}:{scenario.line_number}）"


def _alike(scenarios: list[ScenarioTemplate]) -> list[ScenarioTemplate]:
    """Return the scenarios of which a name, as it is told, is not theirs alone."""
    texts = {id(s): [normal(name_of(s, row)) for row in rows_of(s)] for s in scenarios}
    count = Counter(name for names in texts.values() for name in names)
    return [s for s in scenarios if any(count[name] > 1 for name in texts[id(s)])]
