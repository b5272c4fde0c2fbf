"""Takes the examples out of a guide: each section's blocks become a ruleset with its scenarios.

A section's YAML stands in place of the same parts of the guide's own base; blocks of one section
add up. The word behind ``yaml`` says what else a block is: ``base``, ``clauses``, ``in-FOLDER`` for
what lies in a folder beside the ruleset, or an edition. A
block ``cells`` says what somebody writes into the workbook that it names, between two commands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from rules_engine.scenarios.example import lay_ruleset

DOCS = Path(__file__).parents[2] / "docs"
HEADING = re.compile(r"^#{2,3} (.+)$", re.M)
BLOCK = re.compile(r"^```(\w+)(?: ([\w.-]+))?\n(.*?)^```$", re.M | re.S)
PART = re.compile(r"^(?=\w+:)", re.M)
NAME = "my-town"


@dataclass
class Example:
    """The blocks of one section of a guide.

    Attributes:
        title: the section's heading.
        blocks: pieces of YAML, by what they are; ``""`` for those of the ruleset.
        scenarios: its Gherkin.
        commands: its command lines, each with the lines that they print; of ``cells`` what is
            written into a workbook.
    """

    title: str
    blocks: dict[str, list[str]] = field(default_factory=dict)
    scenarios: list[str] = field(default_factory=list)
    commands: list[tuple[str, str]] = field(default_factory=list)

    def write(self, folder: Path, base: str) -> None:
        """Write the ruleset and its scenarios into a folder."""
        beside = {word: blocks for word, blocks in self.blocks.items() if word.startswith("in-")}
        for word, blocks in beside.items():
            _write(folder / word.removeprefix("in-") / "ruleset.yaml", "".join(blocks))
        editions = [w for w in self.blocks if w not in ("", "clauses") and w not in beside]
        if self.scenarios:
            text = "# language: zh-CN\n功能: 手册\n\n" + "\n".join(self.scenarios)
            _write(folder / NAME / "features" / "guide.feature", text)
        common = self.blocks.get("", [])
        for word in editions or [""]:
            place = folder / NAME / ("editions/" + word if word else "")
            for clauses in self.blocks.get("clauses", []):
                _write(place / "clauses.yaml", clauses)
            lay_ruleset(place, assembled(base, [*common, *self.blocks.get(word or "-", [])]))


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def assembled(base: str, blocks: list[str]) -> str:
    """Return the base with the parts that the blocks give in place of its own."""
    given: dict[str, str] = {}
    for block in blocks:
        for part in filter(None, PART.split(block)):
            key, rest = part.split(":", 1)
            lines = part if key not in given else rest.split("\n", 1)[1]
            given[key] = given.get(key, "") + lines
    parts = {part.split(":", 1)[0]: part for part in filter(None, PART.split(base))}
    return "".join((parts | given).values())


def read_guide(name: str) -> tuple[str, list[Example]]:
    """Return the base and the examples of a guide."""
    text = (DOCS / name).read_text(encoding="utf-8")
    headings = [*HEADING.finditer(text)]
    ends = [*(h.start() for h in headings[1:]), len(text)]
    base, examples = "", []
    for heading, end in zip(headings, ends, strict=True):
        example = Example(heading[1])
        for found in BLOCK.finditer(text, heading.end(), end):
            kind, word, body = found.groups()
            if kind == "yaml" and word == "base":
                base = body
            elif kind == "yaml":
                example.blocks.setdefault(word or "", []).append(body)
            elif kind == "gherkin":
                example.scenarios.append(body)
            elif kind == "console":
                example.commands += _commands(body)
            elif kind == "cells":
                example.commands.append((f"cells {word}", body))
            else:
                raise AssertionError(f"{name}: {heading[1]}: nothing runs a block of {kind}")
        examples.append(example)
    return base, [e for e in examples if e.blocks or e.commands]


def _commands(body: str) -> list[tuple[str, str]]:
    runs = re.split(r"^\$ ", body, flags=re.M)
    assert not runs[0].strip(), body
    return [(run.split("\n", 1)[0], run.split("\n", 1)[1]) for run in runs[1:]]


def fill_in(book: Path, body: str) -> None:
    """Write into the cells of a workbook, as a person does: ``sheet!cell = value`` a line."""
    import openpyxl

    opened = openpyxl.load_workbook(book)
    for line in body.splitlines():
        where, _, value = line.partition("=")
        sheet, cell = where.strip().split("!")
        number = re.fullmatch(r" *-?[\d.]+", value)
        opened[sheet][cell] = float(value) if number else value.strip() or None
    opened.save(book)


def as_shown(wanted: str, got: str) -> bool:
    """Return whether a command printed what the guide shows; ``…`` stands for anything."""
    pattern = re.escape(wanted.strip()).replace("…", ".*?")
    return re.fullmatch(pattern, got.strip(), re.S) is not None
