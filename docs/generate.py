"""Writes the pages of docs/reference from the program itself; ``--check`` only compares."""

from __future__ import annotations

import inspect
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from codes import find_codes
from steps import pages as steps
from tables import tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

REFERENCE = Path(__file__).parent / "reference"
MADE = "<!-- Written by docs/generate.py (make docs). Change the program, not this page. -->"


def cli_page() -> str:
    """Return the help of the program and of each verb."""
    import typer

    from rules_engine.cli.program import program

    os.environ["COLUMNS"] = "80"
    command: Any = typer.main.get_command(program())
    parts = ["# Command line", MADE, CLI_INTRODUCTION]
    for name, verb, context in _verbs("rules-engine", command, None):
        parts += [f"## {name}", f"```text\n{_stripped(verb.get_help(context))}\n```"]
    return "\n\n".join(parts) + "\n"


CLI_INTRODUCTION = """\
Every verb takes `--format json` and then prints exactly one JSON document on standard output, also
when it fails: `{"error": CODE, "findings": [...]}`, with the fields of a finding as `check` prints
them. Text results go to standard output, findings and progress to standard error.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | findings stop it, a run differs, or a scenario fails |
| 2 | wrong usage: an option, a value or a name that the command line does not know |
| 130 | interrupted; an assessment that is interrupted stores nothing |

Messages are in the language of `--lang` (`zh` or `en`), else in the ruleset's, else in that of the
locale. `RULES_ENGINE_STORE` names the store, `RULES_ENGINE_HOME` the folder of the default one;
with `RULES_ENGINE_DEBUG=1` an error of the program itself shows where it happened."""


def _verbs(name: str, command: Any, parent: Any) -> Iterator[tuple[str, Any, Any]]:  # noqa: ANN401
    context = command.context_class(command, info_name=name.split()[-1], parent=parent)
    yield name, command, context
    for key, verb in getattr(command, "commands", {}).items():
        yield from _verbs(f"{name} {key}", verb, context)


def _stripped(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def hooks_page() -> str:
    """Return the hooks with their signatures, and the descriptions that they return."""
    from rules_engine import api, hookspecs

    described: dict[str, Any] = {}
    parts = ["# Hooks", MADE, _prose(inspect.getdoc(hookspecs) or ""), HOOKS_INTRODUCTION]
    for name, hook in hook_functions():
        answer = str(inspect.signature(hook).return_annotation)
        parts += [f"## {name}", f"```python\n@hookimpl\ndef {name}() -> {answer}: ...\n```"]
        parts.append(_documented(hook))
        for word in re.findall(r"[A-Z]\w+", answer):
            described |= {word: getattr(api, word)} if hasattr(api, word) else {}
    parts.append("## What hooks return")
    parts += [
        f"### {word}\n\n{_documented(kind)}\n\n{_fields(kind)}" for word, kind in described.items()
    ]
    return "\n\n".join(parts) + "\n"


HOOKS_INTRODUCTION = """\
A plugin is a package with an entry point in the group `rules_engine`; it imports
`rules_engine.api` and nothing deeper. `rules-engine plugins` lists what is loaded, and what was
left out with the reason."""


def hook_functions() -> list[tuple[str, Any]]:
    """Return the hooks in the order of their source."""
    from rules_engine import hookspecs

    return [(n, f) for n, f in vars(hookspecs).items() if n.startswith("rules_engine_")]


def _documented(thing: Any) -> str:  # noqa: ANN401 - a hook or a class
    """Return a docstring as Markdown.

    Raises:
        ValueError: there is none.
    """
    text = inspect.getdoc(thing)
    if not text or text.startswith(f"{getattr(thing, '__name__', '')}("):
        raise ValueError(f"{thing.__name__} has no documentation")
    return _prose(text)


def _prose(text: str) -> str:
    """Turn a Google docstring into Markdown: sections become bold, names of fields code."""
    text = re.sub(r"``(.+?)``", r"`\1`", text)
    text = re.sub(r"(?m)^(Returns|Raises|Args|Attributes):\n", r"**\1**\n\n", text)
    text = re.sub(r"(?m)^    (\w+): ", r"- `\1`: ", text)
    return re.sub(r"(?m)^ {4,8}(?=\S)", "  ", text)


def _fields(kind: Any) -> str:  # noqa: ANN401 - a dataclass
    import dataclasses

    lines = []
    for field in dataclasses.fields(kind):
        plain = isinstance(field.default, str | int | bool | None | tuple)
        given = f" = {field.default!r}" if plain else ""
        if field.default_factory is not dataclasses.MISSING:
            given = " = …"
        lines.append(f"{field.name}: {field.type}{given}")
    return "```python\n" + "\n".join(lines) + "\n```"


def methods_page() -> str:
    """Return the scoring methods with their fields and examples."""
    from rules_engine.plugin_manager import registry

    parts = ["# Scoring methods", MADE, "What `method:` can name, and the fields that it adds."]
    for name, method in registry().methods.items():
        shape = method.fields()
        parts += [f"## {name}", _sentence(str(method.description)), _table(shape)]
        parts.append(f"```yaml\n{method.example.strip()}\n```")
    return "\n\n".join(parts) + "\n"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def _table(shape: Any) -> str:  # noqa: ANN401 - a pydantic model
    rows = ["| field | is | default |", "|---|---|---|"]
    for name, field in shape.model_fields.items():
        given = "" if field.default in (None, ()) else f"`{field.default}`"
        default = "needed" if field.is_required() else given
        rows.append(f"| `{field.alias or name}` | {_kind(field.annotation)} | {default} |")
    return "\n".join(rows)


def _kind(annotation: Any) -> str:  # noqa: ANN401 - any annotation
    """Return in plain words what a field holds."""
    from decimal import Decimal
    from typing import Literal, get_args, get_origin

    from pydantic import BaseModel

    words = {Decimal: "a number", str: "a text", bool: "true or false", int: "a whole number"}
    arguments = [a for a in get_args(annotation) if a not in (type(None), ...)]
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{a}`" for a in arguments)
    if get_origin(annotation) in (tuple, list):
        return f"a list of {_kind(arguments[0])}"
    if get_origin(annotation) is dict:
        return f"a mapping to {_kind(arguments[-1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        keys = ", ".join(f.alias or n for n, f in annotation.model_fields.items())
        return f"{{{keys}}}"
    if hasattr(annotation, "__metadata__"):
        return _kind(arguments[0])
    if len(arguments) > 0:
        return " or ".join(dict.fromkeys(_kind(a) for a in arguments))
    return words.get(annotation, str(getattr(annotation, "__name__", annotation)))


def codes_page() -> str:
    """Return all codes with their messages, by stage."""
    found = find_codes()
    parts = ["# Codes", MADE, CODES_INTRODUCTION]
    for stage in sorted({code.stage for code in found}):
        rows = [f"## In {stage}", "", "| code | says |", "|---|---|"]
        codes = [code for code in found if code.stage == stage]
        for name in sorted({code.name for code in codes}):
            said = "<br>".join(_cell(c.message) for c in codes if c.name == name)
            rows.append(f"| `{name}` | {said} |")
        parts.append("\n".join(rows))
    return "\n\n".join(parts) + "\n"


CODES_INTRODUCTION = """\
Each finding and each error has a code. Codes are public: scripts may rely on them, so they are
added to and not renamed. The words may change; those in braces are filled in. `…` stands for a
text that comes from elsewhere."""


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;") or "…"


def schema_page() -> str:
    """Return the JSON Schema of ``ruleset.yaml``."""
    from rules_engine.plugin_manager import registry
    from rules_engine.ruleset.schema import as_json

    return as_json(registry().methods)


def tables_page() -> str:
    """Return the standard tables with their columns."""
    return "\n\n".join(["# Standard tables", MADE, *tables()]) + "\n"


def steps_page() -> str:
    """Return the steps of scenarios with their wordings, headings and examples."""
    return "\n\n".join(["# Steps of scenarios", MADE, *steps()]) + "\n"


def engines_page() -> str:
    """Return what engines are asked before they are used."""
    import pyarrow as pa

    from rules_engine.engines.probes import PROBES, TABLE, records
    from rules_engine.messages import begun

    given = records()
    rows = [f"| {' | '.join(given.schema.names)} |", "|---" * given.num_columns + "|"]
    texts = [column.cast(pa.string()).to_pylist() for column in given.columns]
    rows += [f"| {' | '.join(v or '' for v in row)} |" for row in zip(*texts, strict=True)]
    parts = ["# Probes of engines", MADE, ENGINES_INTRODUCTION.format(table=TABLE), "\n".join(rows)]
    for probe in PROBES:
        given_back = "an overflow" if probe.rows is None else f"`{probe.rows}`"
        query = probe.sql.format(t=f'"{TABLE}"')
        parts += [f"## {probe.name}", f"{begun(str(probe.needs))}."]
        parts += [f"```sql\n{query}\n```", f"gives {given_back}"]
    return "\n\n".join(parts) + "\n"


ENGINES_INTRODUCTION = """\
Small queries, in sqlglot's own dialect, that an engine answers as it stands here; see
[engines](../engines.md). They are asked of the table `{table}`:"""


def functions_page() -> str:
    """Return the operators and functions of conditions, with examples that a test works out."""
    from rules_engine.conditions import operators
    from rules_engine.conditions.functions import FUNCTIONS
    from rules_engine.conditions.words import KEYWORDS, PHRASES

    parts = ["# Functions and operators", MADE, FUNCTIONS_INTRODUCTION]
    rows = ["| name | stands for |", "|---|---|"]
    rows += [f"| {name} | {value} |" for name, value in operators.EXAMPLE_VALUES.items()]
    parts += ["## The names in the examples", "\n".join(rows), "## Operators"]
    for operator in operators.OPERATORS:
        title = ", ".join(f"`{sign}`" for sign in operator.signs)
        known = {**KEYWORDS, **PHRASES}
        chinese = {s: [zh for zh, sql in known.items() if sql == s] for s in operator.signs}
        words = [f"`{s}`: {' '.join(zh)}" for s, zh in chinese.items() if zh]
        listed = [f"- in Chinese words: {'; '.join(words)}"] if words else []
        parts += [
            f"### {title}",
            "\n".join([*_said(operator), *listed, *_examples(operator.examples)]),
        ]
    names = ["| function | in Chinese | gives |", "|---|---|---|"]
    names += [f"| `{f.name}` | {f.chinese or ''} | {_cell(f.gives)} |" for f in FUNCTIONS.values()]
    parts += ["## Functions", "\n".join(names)]
    for function in FUNCTIONS.values():
        title = f"### `{function.name}`" + (f" {function.chinese}" if function.chinese else "")
        example = _examples([function.example])
        parts += [title, "\n".join([*_said(function), *example])]
    return "\n\n".join(parts) + "\n"


FUNCTIONS_INTRODUCTION = """\
What conditions and formulas are made of. [The ruleset language](../ruleset-language.md) says how
they are written; each may stand in Chinese words, in full-width signs and in SQL, as you like.

**Exact.** A quotient and a rate stay a numerator and a denominator until a number is needed: as
points (half-up to 1/10,000, once), by `round`, or to be shown.

**Empty values.** An empty value is *unknown*: what rests on it is unknown as well, and a line of it
is not assessable. Where the column is an *event*, it has *not happened*: every comparison with it
is false, whichever the operator (`=` `<>` `<` `in` `not in` `between` `not between` `like`
`not like`). `between`, `in` and their negations are short for comparisons with each bound or item.
Only `not` around a condition turns that round: 非（办结日期 不晚于 期限） is true of what has not
been closed. Where one side is unknown and the other has not happened, the comparison is unknown.
A calculation with an event that has not happened has not happened either; a division by zero is
unknown."""


def _said(item: Any) -> list[str]:  # noqa: ANN401 - a function or an operator
    return [
        f"- takes: {item.takes}",
        f"- gives: {item.result}; {item.gives}",
        f"- of empty values: {item.empty}",
    ]


def _examples(examples: Iterable[tuple[str, str]]) -> list[str]:
    return [f"- `{text}` is {value}" for text, value in examples]


def limits_page() -> str:
    """Return every limit on what is handed in."""
    from rules_engine import limits

    rows = ["| limit | at most | says | why | raised by |", "|---|---|---|---|---|"]
    for item in limits.ALL:
        raised = f"`{item.setting}` in `source.yaml`" if item.setting else f"`{item.variable}`"
        cells = [
            item.name,
            f"{item.usual:,}",
            f"`{item.code}`: {_cell(item.said.text.format(most='…'))}",
            item.why,
            "nothing" if item.fixed else raised,
        ]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n\n".join(["# Limits", MADE, LIMITS_INTRODUCTION, "\n".join(rows)]) + "\n"


LIMITS_INTRODUCTION = """\
What is handed in may be made to fill a machine: a ruleset, a delivery, the answers of an API. So
there is a limit on everything that grows, and cost grows with the size of what is read and no
faster. Beyond a limit the work stops with an error that names it, and nothing is stored; a table
that the ruleset does not read is only left out, with a warning.

The last column says what raises a limit, or lowers it: a key of `source.yaml`, or an environment
variable, such as `RULES_ENGINE_MAX_COLUMNS=5000 rules-engine assess …`. A variable of that kind
that names no limit, or holds no whole number, is refused (`bad-limit`).

Workbooks are read in a process of their own, which has so much memory and time and no more: one
that asks for more ends in an error and takes nothing else with it. Where the memory of the machine
itself gives out, the work stops with `out-of-memory`. A source that is silent is given up after the
seconds that its plugin names, or `RULES_ENGINE_PLUGIN_SECONDS`."""


PAGES = {
    "limits.md": limits_page,
    "cli.md": cli_page,
    "hooks.md": hooks_page,
    "functions.md": functions_page,
    "engines.md": engines_page,
    "methods.md": methods_page,
    "codes.md": codes_page,
    "tables.md": tables_page,
    "steps.md": steps_page,
    "ruleset.schema.json": schema_page,
}


def main(arguments: list[str]) -> int:
    """Write the pages, or with ``--check`` say which ones are stale."""
    from rules_engine.messages import speaking

    stale = []
    with speaking("en"):  # before the verbs are imported: they translate their help then
        for name, page in PAGES.items():
            file, text = REFERENCE / name, page()
            if not file.exists() or file.read_text(encoding="utf-8") != text:
                stale.append(f"docs/reference/{name}")
                if "--check" not in arguments:
                    REFERENCE.mkdir(exist_ok=True)
                    file.write_text(text, encoding="utf-8")
    verb = "is stale: run make docs" if "--check" in arguments else "written"
    for name in stale:
        sys.stdout.write(f"{name} {verb}\n")
    return int(bool(stale) and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
