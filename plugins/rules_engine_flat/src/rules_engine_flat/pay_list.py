"""The pay lists as CSV: a row a subject, a column a part, and a last row that adds up."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from rules_engine.api import PayList, tr
from rules_engine_flat.spreadsheet import cell

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from rules_engine.api import AssessmentReport, Subject


FILES = {"village": "pay_list_villages.csv", "cadre": "pay_list_cadres.csv"}


def write_pay_lists(report: AssessmentReport, out: Path) -> list[Path]:
    """Write a list for villages and one for cadres, each only if something is paid to them."""
    paths = []
    for kind, subjects in (("village", report.villages), ("cadre", report.cadres)):
        pay = PayList.of(report.pay, kind)
        if pay.columns:
            paths.append(out / FILES[kind])
            with paths[-1].open("w", encoding="utf-8-sig", newline="") as file:
                csv.writer(file).writerows(_rows(pay, subjects, post=kind == "cadre"))
    return paths


def _rows(pay: PayList, subjects: Sequence[Subject], *, post: bool) -> Iterator[list[str]]:
    third = tr("post") if post else tr("group")
    yield [tr("row number"), tr("id"), tr("name"), third, *(c.heading for c in pay.columns)]
    for number, subject in enumerate(subjects, 1):
        who = (subject.id, subject.name, subject.post if post else subject.group)
        amounts = (tr("open") if a is None else cell(a) for a in pay.cells(subject))
        yield [str(number), *map(cell, who), *amounts]
    yield ["", "", pay.total_label, "", *map(cell, pay.sums)]
