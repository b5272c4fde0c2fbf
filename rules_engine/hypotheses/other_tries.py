"""Tries what is not a record: a rounding step of a total, and a dispute that is won."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rules_engine.compiler import grading
from rules_engine.compiler.totals import BAND_SIGNS, SIGNS
from rules_engine.conditions import numbers
from rules_engine.hypotheses.scoring import indicators_held, note_effects
from rules_engine.hypotheses.standing import band_sql
from rules_engine.model.appeal import Adjustment
from rules_engine.model.judgement import UNKNOWN
from rules_engine.model.sql_text import literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules_engine.hypotheses.tries import Tries
    from rules_engine.model.appeal import Appeal


def try_rounding(tries: Tries) -> None:
    """Try each total one rounding step up and down."""
    book, session = tries.book, tries.session
    unit = 10 ** (numbers.POINTS - book.ruleset.document.rounding.places)
    villages = (
        f"SELECT 'village' AS kind, subject_id, low, high, signature FROM \"{grading.LINES}\""
    )
    cadres = "SELECT 'total', subject_id, low, high, '' FROM _cadre_results"
    subjects = (
        f"{villages} UNION ALL {cadres}" if book.ruleset.document.responsibility else villages
    )
    tries.number(
        f"SELECT kind, subject_id, low + step * {unit} AS low, high + step * {unit} AS high, "
        f"signature, step FROM ({subjects}) CROSS JOIN (SELECT unnest([1, -1]) AS step)",
        "_rounded",
    )
    session.run(
        "INSERT INTO _tries SELECT _try, 'rounding', step, '', '', '', '', '' FROM _rounded"
    )
    session.run(
        "INSERT INTO _effects SELECT _try, kind, subject_id, low, high, "
        f"{_signature(tries)}, [] FROM _rounded"
    )


def _signature(tries: Tries) -> str:
    """Return the signature with the grade band of another total, as SQL."""
    book = tries.book
    place = next((n for n, f in enumerate(book.facts, 1) if f.name == "band"), None)
    if place is None:
        return "signature"
    low, high = (band_sql(book, column) for column in ("low", "high"))
    signs = f"'{BAND_SIGNS}'[{low} + 1]"
    sign = f"CASE WHEN {low} = {high} THEN {signs} ELSE '{SIGNS[UNKNOWN]}' END"
    return (
        f"CASE WHEN kind <> 'village' THEN '' ELSE left(signature, {place - 1}) || ({sign}) || "
        f"substr(signature, {place + 1}) END"
    )


def try_disputes(tries: Tries, disputes: Iterable[Appeal]) -> None:
    """Try each open appeal as won whole: the line gives the subject all that it can."""
    book, session = tries.book, tries.session
    for appeal in disputes:
        number, rule = next(
            ((n, r) for n, r in enumerate(book.criteria) if r.id == appeal.criterion), (0, None)
        )
        if rule is None:
            continue
        kind = rule.section.subject
        won = Adjustment(appeal.number, kind, appeal.subject, rule.id, rule.most - rule.least, "")
        decided = replace(book, adjustments=(*book.adjustments, won))
        base = indicators_held(session, book, kind, grading.LINES_OF[kind])
        session.run(
            f"CREATE OR REPLACE TABLE _given AS SELECT '1' AS _row, * FROM ({base}) "
            f"WHERE subject_id = {literal(appeal.subject)}"
        )
        tries.number("SELECT 1", "_dispute")
        session.run(
            f"INSERT INTO _tries VALUES ({tries.last}, 'dispute', 0, '', "
            f"{literal(str(appeal.number))}, '', '', '')"
        )
        alone = f"(SELECT '1' AS _row, {tries.last}::BIGINT AS try)"
        note_effects(session, decided, kind, "_given", grading.LINES_OF[kind], alone)
        session.run(f"UPDATE _effects SET lines = [{number}] WHERE try = {tries.last}")
