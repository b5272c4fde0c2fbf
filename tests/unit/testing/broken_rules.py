"""Methods, checks, engines and receivers that are sound but for one thing each.

Not collected by itself: ``test_kit.py`` runs each class and each test by name.
"""

from __future__ import annotations

import itertools
from types import ModuleType

import pyarrow as pa
from pydantic import BaseModel, ConfigDict

from rules_engine.api import (
    AfterRun,
    Check,
    EngineFailure,
    EngineKind,
    Expansion,
    Finding,
    Method,
    Place,
    current_language,
    hookimpl,
    msg,
)
from rules_engine.plugin_manager import registry
from rules_engine.testing import (
    AfterRunContract,
    CheckContract,
    EngineContract,
    MethodCase,
    MethodContract,
)


def plugin_of(kind, thing):
    """Return a module that gives one thing of a kind."""
    made = ModuleType(f"{__name__}_plugin")

    def give():
        return [thing()]

    give.__name__ = f"rules_engine_register_{kind}"
    setattr(made, give.__name__, hookimpl(give))
    return made


# methods


class Steps(BaseModel):
    model_config = ConfigDict(extra="forbid")

    of: str
    each: int


class Stairs:
    """So many points less for each one."""

    name = "stairs"
    example = "method: stairs\nof: late\neach: 2"
    description = "so much less for each"
    fields = Steps

    def expand(self, fields, points, known):
        if fields.each > points:
            raise ValueError("one of them would cost more than the line has")
        return Expansion(f"{points} - {fields.each} * ({fields.of})")

    def words(self, fields, points, wording):
        name = wording.say(fields.of)
        return f"{name}每次扣{fields.each}分" if current_language() == "zh" else f"{name}: −2 each"

    def kind(self):
        return Method(
            self.name, self.description, lambda: self.fields, self.expand, self.example, self.words
        )


class SoundMethod(MethodContract):
    plugin = plugin_of("methods", lambda: Stairs().kind())
    name = "stairs"
    indicators = "late: {label: 迟报, from: reports, where: submitted_at > due_at}"

    def cases(self):
        reports = ["村", "应报时间", "上报时间"]
        late = ["东村", "2025-03-05 12:00", "2025-03-05 12:01"]
        early = ["东村", "2025-03-06 12:00", "2025-03-06 11:00"]
        yield MethodCase(gives=20)
        yield MethodCase(gives=16, records={"排查报告": [reports, late, early, late]})

    def faulty(self):
        yield "method: stairs\nof: late\neach: 21"


def method(made):
    return plugin_of("methods", lambda: made().kind())


class ManyLines(Stairs):
    description = "so much\nless"


class DescribesItselfAtLength(SoundMethod):
    plugin = method(ManyLines)
    finds = "test_it_says_what_it_is"


class Lax(BaseModel):
    of: str
    each: int


class TakesAnyField(Stairs):
    fields = Lax


class LetsMistypedFieldsPass(SoundMethod):
    plugin = method(TakesAnyField)
    finds = "test_it_says_what_it_is"


class Outdated(Stairs):
    example = "method: stairs\nof: late\nper: 2"


class ShowsWhatDoesNotWork(SoundMethod):
    plugin = method(Outdated)
    finds = "test_its_example_compiles"


class Doubled(Stairs):
    def expand(self, fields, points, known):
        return Expansion(f"{points} - {fields.each} * 2 * ({fields.of})")


class CountsTwice(SoundMethod):
    plugin = method(Doubled)
    finds = "test_cases_come_out_as_by_hand"


class Drifting(Stairs):
    calls = itertools.count()

    def expand(self, fields, points, known):
        return Expansion(f"{points} - {fields.each} * ({fields.of}) - {next(self.calls)} * 0")


class IsAnotherEachTime(SoundMethod):
    plugin = method(Drifting)
    finds = "test_the_same_fields_give_the_same_formula"


class Crashing(Stairs):
    def expand(self, fields, points, known):
        assert fields.each <= points
        return Expansion(f"{points} - {fields.each} * ({fields.of})")


class FailsOnOddFields(SoundMethod):
    plugin = method(Crashing)
    finds = "test_fields_that_do_not_go_together_are_findings"


class Trusting(Stairs):
    def expand(self, fields, points, known):
        return Expansion(f"{points} - {fields.each} * ({fields.of})")


class TakesAnything(SoundMethod):
    plugin = method(Trusting)
    finds = "test_fields_that_do_not_go_together_are_findings"


class Programmer(Stairs):
    def words(self, fields, points, wording):
        return f"{fields.of} * {fields.each}"


class SaysIds(SoundMethod):
    plugin = method(Programmer)
    finds = "test_it_is_worded_in_every_language"


class FirstRow(Stairs):
    """Charges only where the village's first report was late: a matter of luck."""

    counted = itertools.count()

    def expand(self, fields, points, known):
        extra = next(self.counted) % 2
        return Expansion(f"{points} - {fields.each} * ({fields.of}) + {extra}")


class DependsOnTheOrder(SoundMethod):
    plugin = method(FirstRow)
    finds = "test_the_order_of_records_is_free"


# checks

SMALL = """\
ruleset: small
title: {title}
edition: "1"
effective: {{from: 2020-01-01}}
period: {{from: 2025-01-01, to: 2025-12-31}}
scale: 1
tables: {{}}
indicators: {{}}
sections:
  all: {{label: All, criteria: {{line: {{points: 1, method: none, label: Line}}}}}}
grades:
  all: {{label: All, from: 0}}
"""


class Shouting:
    """Titles are not shouted."""

    name = "shouting"
    description = "titles are not shouted"

    def run(self, ruleset):
        if ruleset.document.title.isupper():
            yield self.finding(ruleset)

    def finding(self, ruleset):
        message = msg("the title is in capitals")
        hint = msg("write it in small letters")
        return Finding("title-shouted", message, ruleset.place(("title",)), hint, "warning")

    def kind(self):
        return Check(self.name, self.description, self.run)


def check(made):
    return plugin_of("checks", lambda: made().kind())


class SoundCheck(CheckContract):
    plugin = check(Shouting)
    name = "shouting"

    def faulty(self):
        yield SMALL.format(title="LOUD"), "title-shouted", 2

    def sound(self):
        yield SMALL.format(title="Quiet")


class Unsaid(Shouting):
    description = " "


class SaysNotWhatItChecks(SoundCheck):
    plugin = check(Unsaid)
    finds = "test_it_says_what_it_is"


class Elsewhere(Shouting):
    def finding(self, ruleset):
        message, hint = msg("the title is in capitals"), msg("write it in small letters")
        return Finding("title-shouted", message, ruleset.place(("scale",)), hint, "warning")


class PointsElsewhere(SoundCheck):
    plugin = check(Elsewhere)
    finds = "test_each_fault_is_found_at_its_line"


class Anxious(Shouting):
    def run(self, ruleset):
        yield self.finding(ruleset)


class FindsItEverywhere(SoundCheck):
    plugin = check(Anxious)
    finds = "test_nothing_is_found_in_what_is_sound"


class Curt(Shouting):
    def finding(self, ruleset):
        return Finding("title-shouted", msg("the title is in capitals"), ruleset.place(("title",)))


class GivesNoRemedy(SoundCheck):
    plugin = check(Curt)
    finds = "test_findings_say_what_is_wrong_and_where"


class Lost(Shouting):
    def finding(self, ruleset):
        message, hint = msg("the title is in capitals"), msg("write it in small letters")
        return Finding("title-shouted", message, Place("ruleset.yaml", 2), hint)


class NamesAnotherFile(SoundCheck):
    plugin = check(Lost)
    finds = "test_findings_say_what_is_wrong_and_where"


class NeedsMore(Shouting):
    def run(self, ruleset):
        assert ruleset.document.title != "Bare"
        yield from super().run(ruleset)


class FailsOnLittle(SoundCheck):
    plugin = check(NeedsMore)
    finds = "test_it_goes_through_any_ruleset"


class Remembering(Shouting):
    def __init__(self):
        self.seen = set()

    def run(self, ruleset):
        if ruleset.folder not in self.seen:
            self.seen.add(ruleset.folder)
            yield from super().run(ruleset)


class FindsItOnce(SoundCheck):
    plugin = check(Remembering)
    finds = "test_it_finds_the_same_again_and_changes_nothing"


# engines


class Passing:
    """The embedded engine under another name; parts of it go wrong below."""

    name = "passing"
    description = "DuckDB by another name"

    def __init__(self, threads=None):
        self.inner = registry().engines["duckdb"].connect(threads)

    def attach(self, name, parquet):
        self.inner.attach(name, parquet)

    def register(self, name, table):
        self.inner.register(name, table)

    def run(self, sql):
        self.inner.run(sql)

    def query(self, sql):
        return self.inner.query(sql)

    def write_parquet(self, sql, path):
        self.inner.write_parquet(sql, path)

    def close(self):
        self.inner.close()

    @classmethod
    def version(cls):
        return "1"

    @classmethod
    def kind(cls):
        return EngineKind(cls.name, cls.description, "duckdb", cls.version, cls)


def engine(made):
    return plugin_of("engines", made.kind)


class SoundEngine(EngineContract):
    plugin = engine(Passing)
    name = "passing"


class Unversioned(Passing):
    @classmethod
    def version(cls):
        return ""


class HasNoVersion(SoundEngine):
    plugin = engine(Unversioned)
    finds = "test_it_says_what_it_is"


class Emptying(Passing):
    def query(self, sql):
        found = super().query(sql)
        texts = [pa.types.is_string(f.type) for f in found.schema]
        columns = [
            pa.array([v or "" for v in c.to_pylist()]) if is_text else c
            for c, is_text in zip(found.columns, texts, strict=True)
        ]
        return pa.table(columns, found.schema.names)


class LosesWhatIsEmpty(SoundEngine):
    plugin = engine(Emptying)
    finds = "test_values_come_back_as_they_went_in"


class Floating(Passing):
    def query(self, sql):
        found = super().query(sql)
        sorts = [pa.float64() if pa.types.is_integer(f.type) else f.type for f in found.schema]
        return found.cast(pa.schema(list(zip(found.schema.names, sorts, strict=True))))


class CountsInFloats(SoundEngine):
    plugin = engine(Floating)
    finds = "test_columns_have_their_types"


class Holding(Passing):
    def __init__(self, threads=None):
        super().__init__(threads)
        self.known = set()

    def register(self, name, table):
        if name not in self.known:
            self.known.add(name)
            super().register(name, table)


class KeepsTheFirst(SoundEngine):
    plugin = engine(Holding)
    finds = "test_a_name_stands_for_what_came_last"


class Truncating(Passing):
    def write_parquet(self, sql, path):
        super().write_parquet(f"SELECT * FROM ({sql}) LIMIT 2", path)


class WritesInPart(SoundEngine):
    plugin = engine(Truncating)
    finds = "test_what_is_written_can_be_read"


class Wrapping(Passing):
    def query(self, sql):
        try:
            return super().query(sql)
        except EngineFailure:
            if "i + i" in sql:
                return pa.table({"v": [-2]})
            raise


class WrapsOnOverflow(SoundEngine):
    plugin = engine(Wrapping)
    finds = "test_it_does_what_plans_rest_on"


class Raw(Passing):
    def run(self, sql):
        try:
            super().run(sql)
        except EngineFailure as error:
            raise RuntimeError("Traceback (most recent call last)") from error


class RaisesItsOwn(SoundEngine):
    plugin = engine(Raw)
    finds = "test_a_fault_is_told_without_a_traceback"


SHARED: dict[str, pa.Table] = {}


class Sharing(Passing):
    def register(self, name, table):
        SHARED[name] = table
        super().register(name, table)

    def query(self, sql):
        for name, table in SHARED.items():
            super().register(name, table)
        return super().query(sql)


class SharesItsTables(SoundEngine):
    plugin = engine(Sharing)
    finds = "test_sessions_do_not_know_each_other"


class Skewed(Passing):
    def write_parquet(self, sql, path):
        super().write_parquet(sql.replace("10000", "10001"), path)


class ScoresOtherwise(SoundEngine):
    plugin = engine(Skewed)
    finds = "test_the_digest_is_the_embedded_one"


# what is told of runs

INBOX: list[str] = []
REACHED = {"it": True}


class Messenger:
    name = "messenger"
    description = "a message to the group"

    def tell(self, report):
        if not REACHED["it"]:
            raise ConnectionError("the group cannot be reached")
        INBOX.append(self.text(report))

    def text(self, report):
        return f"{report.run.ruleset_title}: {report.run.digest}"

    def kind(self):
        return AfterRun(self.name, self.description, self.tell)


def receiver(made):
    return plugin_of("after_runs", lambda: made().kind())


class SoundAfterRun(AfterRunContract):
    plugin = receiver(Messenger)
    name = "messenger"
    secrets = ("hunter2",)

    def arrived(self):
        return INBOX

    def cut_off(self, monkeypatch):
        monkeypatch.setitem(REACHED, "it", False)


class TwoWords(Messenger):
    name = "to the group"


class BadlyNamedReceiver(SoundAfterRun):
    plugin, name = receiver(TwoWords), "to the group"
    finds = "test_it_says_what_it_is"


class Vague(Messenger):
    def text(self, report):
        return "a run is finished"


class SaysNotWhichRun(SoundAfterRun):
    plugin = receiver(Vague)
    finds = "test_each_run_arrives"


class Choosy(Messenger):
    def tell(self, report):
        if sum(1 for _ in report.villages) > 3:
            super().tell(report)


class PassesOverSmallRuns(SoundAfterRun):
    plugin = receiver(Choosy)
    finds = "test_any_report_arrives"


class Tampering(Messenger):
    def tell(self, report):
        object.__setattr__(report, "targets", ())
        super().tell(report)


class ChangesWhatItIsTold(SoundAfterRun):
    plugin = receiver(Tampering)
    finds = "test_it_leaves_the_report_as_it_is"


class Printing(Messenger):
    def tell(self, report):
        print("sent")  # noqa: T201 - the fault
        super().tell(report)


class PrintsOnTheTerminal(SoundAfterRun):
    plugin = receiver(Printing)
    finds = "test_it_prints_nothing"


class Swallowing(Messenger):
    def tell(self, report):
        try:
            super().tell(report)
        except ConnectionError:
            pass


class SaysNothingOfAFailure(SoundAfterRun):
    plugin = receiver(Swallowing)
    finds = "test_what_does_not_arrive_is_told"


class Careless(Messenger):
    def text(self, report):
        return f"{super().text(report)} sent with hunter2"


class SendsItsToken(SoundAfterRun):
    plugin = receiver(Careless)
    finds = "test_no_secret_arrives"
