"""Checks of a ruleset that need no expression: sums, clauses, names, grades, consequences."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from decimal import Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING

from rules_engine.checks.figures import check_figures
from rules_engine.checks.section_points import check_points
from rules_engine.errors import Finding
from rules_engine.messages import NO_MESSAGE, Message, msg
from rules_engine.model.candidates import nearest_hint
from rules_engine.model.naming import normal
from rules_engine.ruleset.grammar import Grammar, named_parts, parts
from rules_engine.ruleset.reachable_grades import reached_grades

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules_engine.errors import Severity
    from rules_engine.model.outcomes import Consequence
    from rules_engine.model.plugin import Method
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.yamltext.read import KeyPath


_RENAME = msg("give one of them another id")


def check_document(ruleset: Ruleset, methods: Mapping[str, Method]) -> list[Finding]:
    """Return everything that can be told without compiling expressions."""
    checker = _Checker(ruleset)
    checker.clause_references()
    checker.clause_inventory()
    checker.names()
    checker.grades()
    checker.consequences()
    checker.through()
    checker.tables()
    checker.bands(Grammar(methods))
    points = [*check_points(ruleset)]
    return points + checker.findings + check_figures(ruleset, methods)


def _role_hint(role: str, roles: set[str]) -> Message:
    """Return what to do about an unknown role, one in which several are written as well."""
    parts = [part for part in re.split("[、，,；;/ ]+", role) if part]
    if len(parts) > 1:
        return msg("write several roles as a list: [{names}]", names=", ".join(parts))
    near = get_close_matches(role, roles, n=1, cutoff=0.4)
    if near:
        return msg("did you mean {name}? else name it under “others:” of responsibility",
                   name=near[0])  # fmt: skip
    return msg("name it under “others:” of responsibility: a role without a share")


class _Checker:
    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.document = ruleset.document
        self.findings: list[Finding] = []

    def find(
        self,
        code: str,
        path: KeyPath,
        message: Message,
        hint: Message = NO_MESSAGE,
        severity: Severity = "error",
        *,
        key: bool = False,
    ) -> None:
        place = self.ruleset.source.place(path, key=key)
        self.findings.append(Finding(code, message, place, hint, severity))

    def clause_references(self) -> None:
        """Every clause that is named exists, and what needs a clause names one."""
        known = self.ruleset.clauses.clauses
        used: set[str] = set()
        for path, part, _ in parts(self.document):
            for name in getattr(part, "clause", ()):
                used.add(name)
                if name not in known:
                    self.find(
                        "unknown-clause",
                        self._spot((*path, "clause"), name),
                        msg("clauses.yaml has no clause “{name}”", name=name),
                        nearest_hint(name, known),
                    )
                elif known[name].status == "excluded":
                    self.find(
                        "excluded-clause",
                        self._spot((*path, "clause"), name),
                        msg("clause “{name}” is excluded, but something rests on it", name=name),
                        msg("give it the status encoded, or rest on another clause"),
                    )
        for path, label in self._need_clauses():
            self.find(
                "no-clause",
                path,
                msg("“{label}” names no clause", label=label),
                msg("say on which clause of the paper it rests, with clause:"),
                key=True,
            )
        for name, clause in known.items():
            if clause.status == "encoded" and name not in used:
                place = self.ruleset.clause_source.place(("clauses", name), key=True)
                self.findings.append(
                    Finding(
                        "idle-clause",
                        msg("clause “{name}” is marked encoded, but nothing names it", name=name),
                        place,
                        msg("name it where it is encoded, or change its status"),
                        "warning",
                    )
                )

    def _need_clauses(self) -> Iterator[tuple[KeyPath, str]]:
        for section_id, section, criterion_id, criterion in self.document.criteria():
            if not (criterion.clause or section.clause):
                yield ("sections", section_id, "criteria", criterion_id), criterion.label
        for name, consequence in self.document.consequences.items():
            if not consequence.clause and consequence.kind != "status":
                yield ("consequences", name), consequence.label
        for part, items in (("targets", self.document.targets), ("pay", self.document.pay)):
            for name, item in items.items():
                if not item.clause:
                    yield (part, name), item.label

    def clause_inventory(self) -> None:
        for name, clause in self.ruleset.clauses.clauses.items():
            if clause.status == "excluded" and not clause.reason:
                self.findings.append(
                    Finding(
                        "no-reason",
                        msg("clause “{name}” is excluded without a reason", name=name),
                        self.ruleset.clause_source.place(("clauses", name), key=True),
                        msg("add reason:"),
                    )
                )

    def _spot(self, path: KeyPath, name: str) -> KeyPath:
        scalars = self.ruleset.source.scalars
        return next((p for p, v in scalars.items() if p[:-1] == path and v == name), path)

    def _twice(self, path: KeyPath, name: str) -> None:
        message = msg("“{name}” is used twice", name=name)
        self.find("duplicate-name", path, message, _RENAME, key=True)

    def names(self) -> None:
        """One name stands for one thing."""
        document = self.document
        places = [(str(path[-1]), path) for path, _ in named_parts(document, of_facts=False)]
        counted = Counter(name for name, _ in places)
        for name, path in places:
            if counted[name] > 1:
                self._twice(path, name)
        criteria = Counter(criterion for _, _, criterion, _ in document.criteria())
        for section, _, criterion, _ in document.criteria():
            if criteria[criterion] > 1:
                path = ("sections", section, "criteria", criterion)
                self._twice(path, criterion)
        columns = {c.name for c in self.ruleset.tables["villages"].columns}
        for name, path in places:
            if name in columns:
                self.find(
                    "duplicate-name",
                    path,
                    msg("“{name}” is also a column of the {assessed_many}", name=name),
                    _RENAME,
                    key=True,
                )

    def grades(self) -> None:
        """Grades fall from best to worst, without gap or overlap, and each can be reached."""
        self._grade_list(("grades",), self.document.grades)
        responsibility = self.document.responsibility
        if responsibility and responsibility.grades:
            self._grade_list(("responsibility", "grades"), responsibility.grades)

    def _grade_list(self, path: KeyPath, grades: dict) -> None:  # type: ignore[type-arg]  # of Grade
        items = list(grades.items())
        last_name, last = items[-1]
        if last.from_ > 0:
            self.find(
                "band-gap",
                (*path, last_name, "from"),
                msg("scores below {score} have no grade", score=last.from_),
                msg("let the last grade begin at 0"),
            )
        if last.is_limited:
            self.find(
                "useless-quota",
                (*path, last_name, "places" if last.quota is None else "quota"),
                msg("the last grade cannot have a quota: there is no grade below it"),
                msg("remove the quota"),
            )
        rulings = self.document.consequences if path == ("grades",) else {}
        reached = reached_grades(grades, rulings)
        lowest = items[0][1]
        for (upper_name, upper), (name, grade) in itertools.pairwise(items):
            lowest = min(lowest, upper, key=lambda g: g.from_)
            taken = grade.from_ == lowest.from_ and name not in reached
            if grade.from_ > lowest.from_ or taken:
                self.find(
                    "unreachable-grade",
                    (*path, name, "from"),
                    msg(
                        "“{grade}” cannot be reached: whoever has {score} is already “{upper}”",
                        grade=grade.label,
                        score=grade.from_,
                        upper=lowest.label,
                    ),
                    msg("list grades from best to worst, with falling thresholds"),
                )
            if grade.to is not None and grade.to != upper.from_:
                code = "band-gap" if grade.to < upper.from_ else "band-overlap"
                self.find(
                    code,
                    (*path, name, "to"),
                    msg(
                        "“{grade}” ends at {end}, “{upper}” begins at {start}",
                        grade=grade.label,
                        end=grade.to,
                        upper=upper.label,
                        start=upper.from_,
                    ),
                    msg("leave “to” out: a grade reaches up to the one above"),
                )
            if upper.unfilled == "next" and not (upper.is_limited and grade.is_limited):
                self.find(
                    "useless-quota",
                    (*path, upper_name, "unfilled"),
                    msg("no place of “{grade}” can fall to “{next}”: both need places of a number",
                        grade=upper.label, next=grade.label),
                    msg("give both quota: or places:, or leave “unfilled” out"),
                )  # fmt: skip
            if upper.is_closed:
                self.find(
                    "unreachable-grade",
                    (*path, upper_name, "places" if upper.places == 0 else "quota"),
                    msg("nobody can get “{grade}”: its quota is 0", grade=upper.label),
                    msg("raise the quota, or remove the grade"),
                )

    def consequences(self) -> None:
        """Vetoes say what they do; roles are known."""
        document = self.document
        roles = self.roles()
        for name, spec in document.consequences.items():
            path: KeyPath = ("consequences", name)
            if spec.kind == "veto" and spec.effect is None:
                self.find(
                    "missing-key",
                    path,
                    msg("a veto needs an effect: zero, last, no honours or grade"),
                    msg("add {key}:", key="effect"),
                    key=True,
                )
            if spec.kind != "veto" and spec.effect is not None:
                self.find(
                    "bad-consequence",
                    (*path, "effect"),
                    msg("only a veto has an effect"),
                    msg("say “kind: veto”, or remove the effect"),
                )
            if spec.effect == "grade" and spec.grade not in document.grades:
                self.find(
                    "unknown-grade",
                    (*path, "grade"),
                    msg("there is no grade “{name}”", name=spec.grade or ""),
                    nearest_hint(spec.grade or "", document.grades),
                )
            if not spec.subject.judged:
                self._of_cadres(path, spec)
            for role in spec.roles:
                if role not in roles:
                    self.find(
                        "unknown-role",
                        self._spot((*path, "roles"), role),
                        msg("responsibility has no role “{name}”", name=role),
                        nearest_hint(role, roles) if roles else msg("add responsibility:"),
                    )

    def _of_cadres(self, path: KeyPath, spec: Consequence) -> None:
        """What follows for cadres by themselves takes no grade, and falls on nobody else."""
        if spec.kind in ("veto", "downgrade"):
            self.find(
                "bad-consequence",
                (*path, "kind"),
                msg("of cadres only honours, sanctions and determinations follow"),
                msg("say “kind: sanction”, or let it follow for {assessed_many}"),
            )
        if spec.roles:
            self.find(
                "bad-consequence",
                (*path, "roles"),
                msg("what follows for cadres by themselves needs no roles"),
                msg("leave “roles” out"),
            )
        if self.document.responsibility is None:
            self.find(
                "bad-consequence",
                (*path, "subject"),
                msg("nothing follows for cadres without responsibility"),
                msg("add responsibility:"),
            )

    def roles(self) -> set[str]:
        spec = self.document.responsibility
        return {*spec.roles, *spec.others} if spec else set()

    def through(self) -> None:
        """Records are charged through roles that somebody can have."""
        roles = self.roles()
        spec = self.document.responsibility
        first: dict[str, str] = {}
        for role in spec.roles if spec else ():
            if first.setdefault(normal(role), role) != role:  # nobody tells them apart
                self._twice(("responsibility", "roles", role), role)
        for number, role in enumerate(spec.others if spec else ()):
            if normal(role) in first:
                self.find(
                    "role-twice",
                    ("responsibility", "others", number),
                    msg("“{name}” has a share, and stands among the roles without one", name=role),
                    msg("remove one of the two"),
                )
        for name, indicator in self.document.indicators.items():
            for role in indicator.through if spec else ():
                if role not in roles:
                    path = ("indicators", name, "through")
                    self.find(
                        "unknown-role",
                        self._spot(path, role),
                        msg("responsibility has no role “{name}”", name=role),
                        _role_hint(role, roles),
                        "warning",
                    )

    def tables(self) -> None:
        """Columns and references that tables and subjects name exist."""
        known = self.ruleset.tables
        group = self.document.subjects.group
        if group and known["villages"].column(group) is None:
            self.find(
                "unknown-name",
                ("subjects", "group"),
                msg("table “{table}” has no column “{column}”", table="villages", column=group),
                nearest_hint(group, [c.name for c in known["villages"].columns]),
            )
        for name, schema in known.items():
            if not schema.columns:
                self.find(
                    "unknown-table",
                    ("tables", name),
                    msg("“{name}” is no standard table and names no columns", name=name),
                    nearest_hint(name, [n for n in known if n != name]),
                    key=True,
                )
            elif schema.period and schema.column(schema.period) is None:
                self.find(
                    "unknown-name",
                    ("tables", name, "period"),
                    msg(
                        "table “{table}” has no column “{column}”", table=name, column=schema.period
                    ),
                    nearest_hint(schema.period, [c.name for c in schema.columns]),
                )

    def bands(self, grammar: Grammar) -> None:
        """Tables of ranges have no gap, no overlap and no row that never hits."""
        for table in grammar.ranges(self.ruleset.source.value):
            if not any(isinstance(end, str) for row in table.rows for end in row):
                self._band_rows(table.path, table.rows)  # parameters are put in later

    def _band_rows(self, path: KeyPath, rows: list[tuple[object, object]]) -> None:
        spans = [
            (_bound(low, "-inf"), _bound(high, "inf"), i) for i, (low, high) in enumerate(rows)
        ]
        for low, high, index in spans:
            if low >= high:
                self.find(
                    "idle-band",
                    (*path, index),
                    msg("row {row} never hits: it reaches from {low} to {high}", row=index + 1,
                        low=low, high=high),
                    msg("write the smaller bound as “from”, the greater as “to”"),
                )  # fmt: skip
        ordered = sorted(s for s in spans if s[0] < s[1])
        for (_, end, one), (start, _, two) in itertools.pairwise(ordered):
            if start > end:
                self.find(
                    "band-gap",
                    (*path, two),
                    msg("rows {one} and {two} leave a gap from {low} to {high}",
                        one=one + 1, two=two + 1, low=end, high=start),
                    msg("a row includes its “from” and not its “to”"),
                )  # fmt: skip
            elif start < end:
                self.find(
                    "band-overlap",
                    (*path, two),
                    msg("rows {one} and {two} overlap from {low} to {high}",
                        one=one + 1, two=two + 1, low=start, high=end),
                    msg("a row includes its “from” and not its “to”"),
                )  # fmt: skip


def _bound(value: object, default: str) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(default)
