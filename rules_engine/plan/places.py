"""Places among others as facts: their names, and the plan that finds them after scoring.

A total has to be there before it has a place, and a veto can put somebody last. So villages are
scored, judged by what rests on no place, ranked; then places are found, and what rests on them is
judged. What rests on a place cannot change it.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from sqlglot import exp

from rules_engine.conditions import numbers
from rules_engine.conditions.lexer import names_in
from rules_engine.conditions.scope import Symbol
from rules_engine.conditions.sql import alias, column, fragment, integer, paren, query
from rules_engine.messages import tr
from rules_engine.model.subjects import SubjectKind
from rules_engine.plan.builder import sum_of
from rules_engine.plan.open_grading import FAR
from rules_engine.plan.rules import ABSENT, NOT_APPLICABLE
from rules_engine.plan.scoring import ranked_place
from rules_engine.plan.totals import band_sign, sign_of, unknown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from rules_engine.model.inputs import Place
    from rules_engine.model.judgement import JudgementRule
    from rules_engine.model.ruleset import RulesetDocument
    from rules_engine.plan.rules import PlaceRule, Rulebook

CADRE_PLACES = "_cadre_places"
PLACES = "_places"
"""The table of places: what grading reads of lines, with all facts in the signature."""
TOTAL = "total"
TOTAL_NAMES = frozenset({TOTAL, "总分"})
"""What conditions call the total, where the ruleset calls nothing else so."""
OF_CADRE = "cadre:"
"""What the signatures of facts of cadres begin with."""
UNPLACED = 0
"""What stands for the place of those who have none."""


def places_table(kind: SubjectKind) -> str:
    """Return the table of the places of a kind of subjects."""
    return PLACES if kind.judged else CADRE_PLACES


def place_column(name: str) -> str:
    """Return the column of a place; unknown while it is not certain, 0 for those without one."""
    return f"p__{name}"


def resting_on_places(document: RulesetDocument, words: Iterable[str]) -> frozenset[str]:
    """Return the standards of villages that ask for a place, the total, or another of these.

    Args:
        document: the ruleset.
        words: all other names and labels that a condition may use; they go before the total.
    """
    known = frozenset(words)
    standards = {n: s for n, s in document.standards.items() if s.subject.judged}
    own = {name: spec for name, spec in document.places.items() if spec.subject.judged}
    places = {key for name, spec in own.items() for key in (name, spec.label)}
    wanted = places | (TOTAL_NAMES - known)
    known |= {*wanted, *standards, *(spec.label for spec in standards.values())}
    used = {name: names_in(spec.when, known) for name, spec in standards.items()}
    result: set[str] = set()
    while more := {name for name in standards if name not in result and used[name] & wanted}:
        result |= more
        wanted |= more | {standards[name].label for name in more}
    return frozenset(result)


def resting_on(placed: Iterable[str], rules: Collection[JudgementRule]) -> list[str]:
    """Return the consequences that rest on these standards, also through each other."""
    resting = set(placed)
    while more := {r.consequence for r in rules if resting & {n for n, _ in r.needs}} - resting:
        resting |= more
    return [name for name in dict.fromkeys(r.consequence for r in rules) if name in resting]


def place_markers(document: RulesetDocument, standards: Iterable[str]) -> list[Symbol]:
    """Return the names of places and of what rests on them, for those who may not ask for them."""
    own = {name: spec for name, spec in document.places.items() if spec.subject.judged}
    places = [place_symbol(name, spec) for name, spec in own.items()]
    return places + [
        Symbol(name, document.standards[name].label, exp.false(), "boolean") for name in standards
    ]


def place_symbol(name: str, spec: Place) -> Symbol:
    """Return a place as a name: of those without one it has not happened."""
    own = place_column(name)
    sql = fragment("NULLIF(:place, :unplaced)", place=column(own), unplaced=UNPLACED)
    return Symbol(name, spec.label, sql, "number", event=True, needs=frozenset({own}))


def total_symbol() -> Symbol:
    """Return the total as a name."""
    own = place_column(TOTAL)
    return Symbol(TOTAL, "总分", column(own), "number", numbers.POINTS, needs=frozenset({own}))


def veto_symbol(book: Rulebook) -> Symbol:
    """Return whether any line was vetoed, as a name."""
    vetoes = [column(f"{c.id}__veto") for c in book.of_subject(SubjectKind.VILLAGE) if c.veto]
    needs = frozenset(one.name for one in vetoes)
    sql = paren(exp.or_(*vetoes)) if vetoes else exp.false()
    return Symbol("any_veto", tr("a veto was hit"), sql, "boolean", needs=needs)


PLAN = """
WITH joined AS (
  SELECT l.*, r.rank AS p__rank, :last AS p__last, :size AS p__size, :tied AS p__tied,
    :certain AS p__certain, r.band AS p__band,
    CASE WHEN r.low = r.high THEN r.low END AS p__total
  FROM :lines AS l JOIN :results AS r ON r.subject_id = l.subject_id
),
asked AS (SELECT *, :asked FROM joined),
placed AS (SELECT *, :places FROM asked),
met AS (SELECT *, :met FROM placed)
SELECT subject_id, name, grp, low, high, :signature AS signature, :kept FROM met
"""


def places_plan(
    book: Rulebook, kind: SubjectKind = SubjectKind.VILLAGE, *, uncertain: bool
) -> exp.Select:
    """Return the plan that finds the places of subjects and what rests on them.

    Reads the score plan's rows and the results. Columns: those that grading reads of lines, with
    all facts in ``signature``; ``p__<place>``, 0 where there is none; ``s__<standard>``;
    ``p__total`` in 1/10,000, unknown while it is an interval.

    Args:
        book: the compiled rules.
        kind: of whom.
        uncertain: whether the results say which places are possible.
    """
    village = kind.judged
    rules, asked_of = book.places_of(kind), book.placed_of(kind)
    signature: exp.Expr = column("signature") if village else exp.Literal.string(OF_CADRE)
    signs = (
        band_sign(fact, "p__band")
        if fact.name == "band"
        else sign_of(column(f"s__{fact.name}"), unknown(book, asked_of[fact.name]))
        for fact in (book.facts if village else book.cadres.facts)
        if fact.name in asked_of or not village
    )
    certain = "r.rank_best = r.rank_worst" if uncertain else "TRUE"
    names = [place_column(name) for name in (*rules, TOTAL)]
    standards = {f"s__{name}": compiled.sql.copy() for name, compiled in asked_of.items()}
    return query(
        PLAN,
        lines=kind.lines,
        results=kind.results,
        last=column("last", "r") if village else integer(0),
        size=column("group_size", "r") if village else fragment("CAST(COUNT(*) OVER () AS BIGINT)"),
        certain=fragment(certain),
        tied=column("tied_sure" if uncertain else "tied", "r"),
        asked=[alias(tree, name) for rule in rules.values()
               for name, tree in _asked(rule).items()] or [alias(exp.null(), "a__nobody")],
        places=[alias(_place(rule), place_column(rule.id)) for rule in rules.values()]
        or [alias(exp.null(), "a__nowhere")],
        met=[alias(tree, name) for name, tree in standards.items()]
        or [alias(exp.null(), "a__nothing")],
        signature=functools.reduce(_followed_by, signs, signature),
        kept=[column(name) for name in (*names, *standards)],
    )  # fmt: skip


def columns_asked(book: Rulebook, kind: SubjectKind) -> list[str]:
    """Return the columns of the score plan that the places of subjects and their standards use."""
    trees = [compiled.sql for compiled in book.placed_of(kind).values()]
    trees += [tree for rule in book.places_of(kind).values() for tree in _asked(rule).values()]
    names = (node.name for tree in trees for node in tree.find_all(exp.Column))
    return list(dict.fromkeys(name for name in names if not name.startswith(("p__", "s__"))))


def _followed_by(text: exp.Expr, sign: exp.Expr) -> exp.Expr:
    return exp.DPipe(this=text, expression=sign)


def _asked(rule: PlaceRule) -> dict[str, exp.Expr]:
    """Return what a place goes by and who has one, as columns: each is worked out once."""
    by = rule.by.sql.copy() if rule.by else fragment(
        "CASE WHEN p__certain THEN -p__rank END" if rule.spec.over == "group" else
        "CASE WHEN p__certain THEN p__total - p__last * :far END", far=FAR,
    )  # fmt: skip
    applies = [rule.among.sql.copy()] if rule.among else []
    if rule.lines:
        by = _points_of(rule)
        outside = [ABSENT] if rule.section else [NOT_APPLICABLE, ABSENT]
        applies.append(fragment(
            "NOT :outcome IN (:outside)", outcome=column(f"{rule.lines[0].id}__outcome"),
            outside=[integer(outcome) for outcome in outside],
        ))  # fmt: skip
    whom = exp.and_(*(paren(part) for part in applies)) if applies else exp.true()
    return {f"b__{rule.id}": by, f"a__{rule.id}": whom}


def _points_of(rule: PlaceRule) -> exp.Expr:
    """Return the points of a line or of a whole section; unknown while they are an interval."""
    if rule.section and rule.lines[0].section.is_adjusted:
        return _known(rule.fine or [f"sec__{rule.section}__{end}" for end in ("low", "high")])
    if not rule.fine:
        return sum_of([column(f"{line.id}__points") for line in rule.lines])
    return sum_of(
        [
            numbers.wide(_known(line.fine))
            if line.is_fine
            else numbers.as_exact(column(f"{line.id}__points"))
            for line in rule.lines
        ]
    )


def _known(ends: Sequence[str]) -> exp.Expr:
    """Return a number by the column that holds it, or by its least and most where these agree."""
    low, high = column(ends[0]), column(ends[-1])
    return low if len(ends) == 1 else fragment("CASE WHEN :low = :high THEN :low END",
                                               low=low, high=high)  # fmt: skip


def _place(rule: PlaceRule) -> exp.Expr:
    """Return the place, 0 for those without one; unknown for all while what one has is.

    A place by the total among all that are ranked together is that of the results, so that it is
    known of those of whom it is certain.
    """
    ranked = rule.spec.over == "group" and not (rule.by or rule.lines or rule.among)
    if ranked:
        return _ranked_place(rule.spec)
    by, applies = column(f"b__{rule.id}"), column(f"a__{rule.id}")
    group = [column("grp")] if rule.spec.over == "group" else [exp.true()]
    within = [*group, applies]
    descending = (rule.spec.best == "most") == (rule.spec.counted == "from the front")
    place = ranked_place(by, within, group, [applies], descending=descending)
    if rule.spec.ties == "last":
        tied = "COUNT(*) OVER (PARTITION BY :within, :by) - 1"
        place = numbers.add(paren(place), fragment(tied, within=[*within], by=by.copy()))
    text = "CASE WHEN NOT :applies THEN :unplaced ELSE CAST(:place AS BIGINT) END"
    return fragment(text, applies=applies.copy(), unplaced=UNPLACED, place=place)


def _ranked_place(spec: Place) -> exp.Expr:
    front = (spec.best == "most") == (spec.counted == "from the front")
    first = spec.ties == "first"
    if front:
        place = "p__rank" if first else "p__rank + p__tied"
    else:
        place = "p__size - p__rank - p__tied + 1" if first else "p__size - p__rank + 1"
    return fragment(f"CASE WHEN p__certain THEN CAST({place} AS BIGINT) END")
