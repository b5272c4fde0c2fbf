"""Finds the steps of scenarios with their wording, headings and examples."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

KINDS = {"given": "假如", "when": "当", "then": "那么"}
TITLES = {
    "given": "## 假如 (Given): what there is",
    "when": "## 当 (When): what is done",
    "then": "## 那么 (Then): what is to come out",
}
INTRODUCTION = """\
A scenario is written with these steps, in files `features/*.feature` that begin with
`# language: zh-CN`; 而且 and 但是 go on with the kind of the step before. The wording is Chinese;
in a file without that line the keywords are English (`Feature`, `Scenario`, `Given`, `When`,
`Then`, `And`). In the wordings, 〈…〉 is what you fill in, […] may be left out, and of a|b one is
written; quotes may be "plain" or “Chinese”, and a colon at the end `:` or `：`.

A village or cadre is called by its name or its id, or by both as in "新村(V1)" where several have
one name; 村 or 干部 before the name says which is meant where a village and a cadre are called
alike. Where a ruleset says with `assessed:` what those assessed are called, its noun stands for
村 in steps and headings, as in `以下乡镇:` or `| 乡镇 | 总分 |`; 村 goes as well. `@skip` or
`@跳过` above a scenario leaves it out; it is counted and told."""
RECORDS = """\
Headings are the labels or names of the table's columns ([standard tables](tables.md), and those
of the ruleset); 村, 干部 and 信访件 stand for the columns that refer to them. 数量 takes a row so
many times. Columns that are left out get values that say nothing."""
WORDS = {
    "name": "名称", "kind": "", "edition": "版本", "day": "日期", "start": "日期", "end": "日期",
    "table": "表", "criterion": "考核项", "score": "分", "low": "分", "high": "分", "grade": "等次",
    "what": "名目", "amount": "数", "unit": "单位", "rank": "名次", "text": "文字", "ids": "编号",
    "record": "编号", "share": "比例", "state": "", "code": "问题", "negated": "",
}  # fmt: skip
"""What stands for each part of a wording that the author fills in; empty where all are listed."""


@dataclass(frozen=True)
class Step:
    """One step: its kind, wording, what it does, its headings and an example in Gherkin."""

    kind: str
    function: str
    wording: str
    text: str
    headings: tuple[tuple[str, ...], tuple[str, ...]] | None
    example: str


def find_steps() -> list[Step]:
    """Return the steps of the program in the order of their source.

    Raises:
        ValueError: one has no description or no example.
    """
    from rules_engine.scenarios import steps

    return [_step(context, steps.HEADINGS) for context in contexts()]


def contexts() -> list[Any]:
    """Return the registered steps of the program, as pytest-bdd keeps them."""
    from pytest_bdd.steps import step_function_context_registry

    from rules_engine.scenarios import steps

    own = [c for c in step_function_context_registry.values()
           if c.step_func.__module__ == steps.__name__]  # fmt: skip
    return sorted(own, key=lambda c: inspect.getsourcelines(c.step_func)[1])


def _step(context: Any, headings: Any) -> Step:  # noqa: ANN401 - pytest-bdd's own
    function = context.step_func
    text, found, example = (inspect.getdoc(function) or "").partition("\n\nExample:\n")
    if not found:
        raise ValueError(f"the step {function.__name__} has no example")
    pattern = context.parser.regex.pattern
    return Step(
        context.type,
        function.__name__,
        wording(pattern),
        text,
        headings.get(function.__name__),
        inspect.cleandoc(example).replace("'''", '"""'),
    )


def wording(pattern: str) -> str:
    """Return a pattern as people read it."""
    from rules_engine.scenarios.steps import NAME, SUBJECT

    text = (
        pattern.removesuffix("$")
        .replace(SUBJECT, "[村|干部]“〈名称〉”")
        .replace(NAME, "“〈名称〉”")
    )
    text = re.sub(r"\[\[\\?\"“\]\]?|\[\\?[\"“]+\\?[\"“]\]\??", "“", text)
    text = re.sub(r"\[\\?[\"”]+\\?[\"”]\]\??", "”", text)
    text = text.replace(r"\s*", " ").replace("[:：]", ":").replace("[,，]", "，")
    text = re.sub(r"\(\?P<negated>没有\)\?", "[没有]", text)
    text = re.sub(r"\(\?P<state>([^)]*)\)", r"\1", text)
    text = re.sub(r"\(\?P<(\w+)>(?:\[[^\]]*\]|[^()])*\)", lambda m: f"〈{WORDS[m[1]]}〉", text)
    return re.sub(r"\(\?:([^()]*)\)", r"\1", text)


def pages() -> Iterator[str]:
    """Yield the parts of the page of steps."""
    yield INTRODUCTION
    found = find_steps()
    for kind, title in TITLES.items():
        yield title
        for step in found:
            if step.kind == kind:
                yield from _part(step)


def _part(step: Step) -> Iterator[str]:
    yield f"### {step.wording}"
    yield step.text
    if step.function == "records":
        yield RECORDS
    if step.headings:
        of, compared = step.headings
        who = f"Of what a row is: {'、'.join(of)}. " if of else ""
        yield f"{who}Compared, each as you like: {'、'.join(compared)}."
    yield f"```gherkin\n{step.example}\n```"
