"""Which grades can be reached, and which cannot although they look like it."""

from __future__ import annotations

import shutil
from decimal import Decimal

import pytest
from ruleset_cases import SMALL, findings_of

from rules_engine.model.outcomes import Consequence, Grade
from rules_engine.ruleset.reachable_grades import reached_grades


def grades(**of: tuple[int, str | None]) -> dict[str, Grade]:
    """Return grades: where each begins, and its quota."""
    return {
        name: Grade.model_validate({"label": name, "from": begins, "quota": quota})
        for name, (begins, quota) in of.items()
    }


def ruling(**more: object) -> dict[str, Consequence]:
    return {"x": Consequence.model_validate({"label": "x", "when": "any_veto", **more})}


DOWN = ruling(kind="downgrade", steps=1)
TO_C = ruling(kind="veto", effect="grade", grade="c")


@pytest.mark.parametrize(("given", "rulings", "most", "reached"), [
    (grades(a=(90, None), b=(60, None), c=(0, None)), {}, None, "abc"),
    (grades(a=(90, None), b=(90, None), c=(0, None)), {}, None, "ac"),
    (grades(a=(90, "0.2"), b=(90, None), c=(0, None)), {}, None, "abc"),
    (grades(a=(90, "0.2"), b=(95, None), c=(0, None)), {}, None, "abc"),
    (grades(a=(90, "0.2"), b=(90, "0.3"), c=(90, None), d=(0, None)), {}, None, "abcd"),
    (grades(a=(90, "0.2"), b=(90, None), c=(90, None), d=(0, None)), {}, None, "abd"),
    (grades(a=(90, None), b=(95, None), c=(92, None), d=(0, None)), {}, None, "ad"),
    (grades(a=(90, None), b=(90, None), c=(0, None)), DOWN, None, "abc"),
    (grades(a=(90, None), b=(60, None), c=(60, None), d=(0, None)), TO_C, None, "abcd"),
    (grades(a=(90, "0"), b=(90, None), c=(0, None)), {}, None, "bc"),
    (grades(a=(90, None), b=(60, None), c=(0, None)), {}, Decimal(80), "bc"),
    (grades(a=(90, "0.2"), b=(60, None), c=(0, None)), DOWN, Decimal(80), "bc"),
])  # fmt: skip
def test_a_grade_is_reached_by_a_score_a_quota_or_a_ruling(given, rulings, most, reached):
    assert "".join(reached_grades(given, rulings, most)) or None
    assert sorted(reached_grades(given, rulings, most)) == list(reached)


@pytest.mark.parametrize(("old", "new", "found"), [
    ("good: {label: Good, from: 60", "good: {label: Good, from: 90, assumed: x", False),
    ("from: 90, quota: 50%", "from: 120, assumed: x, quota: 50%", True),
    ("label: Order\n    points: 40\n", "label: Order\n    points: 40\n    cap: 20\n", True),
    ("label: Order\n    points: 40\n", "label: Order\n    points: 40\n    cap: 30\n", False),
])  # fmt: skip
def test_what_check_says_of_grades(old, new, found, tmp_path):
    shutil.copytree(SMALL, tmp_path, dirs_exist_ok=True)
    file = tmp_path / "ruleset.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert ("unreachable-grade" in {f.code for f in findings_of(tmp_path)}) is found
