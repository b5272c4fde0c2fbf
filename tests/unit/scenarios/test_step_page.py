"""The page of steps: every step is on it, and its example is read by it and by no other step."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "reference" / "steps.md").read_text(encoding="utf-8")
KEYWORDS = ("假如 ", "当 ", "那么 ", "而且 ", "但是 ")


@pytest.fixture(scope="module")
def docs():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "docs"))
        yield importlib.import_module("steps")


def test_every_step_is_on_the_page_with_its_headings_and_example(docs):
    found = docs.find_steps()
    assert len(found) >= 31
    for step in found:
        assert f"\n### {step.wording}\n" in PAGE, step.function
        assert f"```gherkin\n{step.example}\n```" in PAGE, step.function
        if step.headings:
            assert all(heading in PAGE for heading in (*step.headings[0], *step.headings[1]))


def test_an_example_is_worded_for_its_step_alone(docs):
    for step in docs.find_steps():
        first = step.example.splitlines()[0]
        keyword = next(word for word in KEYWORDS if first.startswith(word))
        assert keyword.strip() in (docs.KINDS[step.kind], "而且", "但是")
        text = first.removeprefix(keyword)
        fits = [c.step_func.__name__ for c in docs.contexts()
                if c.type == step.kind and c.parser.is_matching(text)]  # fmt: skip
        assert fits == [step.function]


def test_an_example_has_the_headings_that_its_step_compares(docs):
    for step in docs.find_steps():
        rows = [line.strip() for line in step.example.splitlines() if line.strip().startswith("|")]
        if step.headings:
            heading = [cell.strip() for cell in rows[0].strip("|").split("|")]
            naming, compared = step.headings
            assert set(heading) <= {*naming, *compared} and set(heading) & set(compared)
            assert len({row.count("|") for row in rows}) == 1


def test_a_step_without_an_example_is_refused(docs, monkeypatch):
    from rules_engine.scenarios import steps

    monkeypatch.setattr(steps.assess, "__doc__", "Run the assessment.")
    with pytest.raises(ValueError, match="the step assess has no example"):
        docs.find_steps()


@pytest.mark.parametrize("spoken", ["甲村", "新村(V1)", "“三无”村"])
@pytest.mark.parametrize("kind", ["", "村", "干部"])
def test_a_name_may_have_its_kind_before_it(docs, kind, spoken):
    text = f'{kind}"{spoken}"的总分为 90'
    [context] = [c for c in docs.contexts() if c.type == "then" and c.parser.is_matching(text)]
    found = context.parser.parse_arguments(text)
    assert (found["kind"] or "", found["name"], found["score"]) == (kind, spoken, "90")
