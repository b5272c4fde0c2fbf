"""Finds the public codes in the source: a code stands beside the message that it goes with."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

ROOT = Path(__file__).parent.parent
KIT = ROOT / "rules_engine" / "testing"
"""The contract kit looks for codes and gives none."""
CODE = re.compile(r"[a-z]+(-[a-z0-9]+)+|idle|cycle")
OTHER_WORDS = frozenset(
    {"utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1", "yyyy-mm-dd",
     "rules-engine", "new-key"}
)  # fmt: skip
"""Texts in the source that look like codes."""
STAGES = (
    ("the ruleset", ("rules_engine/ruleset", "rules_engine/yamltext", "rules_engine/conditions",
                     "rules_engine/plan", "rules_engine/checks", "rules_engine/run/load.py",
                     "rules_engine/ingest/personal_texts.py", "plugins/rules_engine_methods")),
    ("the records", ("rules_engine/limits.py", "rules_engine/ingest", "rules_engine/sources",
                     "rules_engine/run/stored_runs.py",
                     "rules_engine/dataset",
                     "plugins/rules_engine_csv", "plugins/rules_engine_excel",
                     "plugins/rules_engine_sql", "plugins/rules_engine_http")),
    ("the command line", ("rules_engine/cli", "rules_engine/run/assess.py", "rules_engine/report",
                          "rules_engine/run/compute.py", "rules_engine/run/digest.py",
                          "rules_engine/run/overflow.py", "rules_engine/run/plugins_used.py",
                          "rules_engine/run/snapshot.py",
                          "rules_engine/errors.py", "rules_engine/safe_files.py")),
    ("plugins", ("rules_engine/plugin_manager.py", "rules_engine/isolation", "plugins")),
    ("the engine and judgement", ("rules_engine/engines", "rules_engine/judgement")),
    ("the audit log", ("rules_engine/audit", "rules_engine/store/audit_log.py")),
    ("the store", ("rules_engine/store", "rules_engine/appeals", "rules_engine/run")),
    ("scenarios", ("rules_engine/scenarios",)),
)  # fmt: skip
"""Where a code comes up, by the first folder or file that fits."""


@dataclass(frozen=True, order=True)
class Code:
    """One code with one of its messages."""

    name: str
    message: str
    stage: str
    file: str
    line: int


def find_codes() -> list[Code]:
    """Return every code of the program and of its own plugins, with its English messages."""
    found: dict[tuple[str, str, str], Code] = {}
    for folder in ("rules_engine", "plugins"):
        for file in sorted((ROOT / folder).rglob("*.py")):
            if KIT in file.parents:
                continue
            for code in _in_file(file):
                found.setdefault((code.name, code.message, code.stage), code)
    said = {(code.name, code.stage) for code in found.values() if code.message}
    return sorted(c for c in found.values() if c.message or (c.name, c.stage) not in said)


def stage_of(file: str) -> str:
    """Return the stage of the work to which a source file belongs."""
    return next((stage for stage, parts in STAGES if file.startswith(parts)), "the command line")


def _in_file(file: Path) -> Iterator[Code]:
    name = file.relative_to(ROOT).as_posix()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if CODE.fullmatch(node.value) and node.value not in OTHER_WORDS:
                message = _message(node, parents)
                yield Code(node.value, message or "", stage_of(name), name, node.lineno)


def _message(node: ast.Constant, parents: dict[ast.AST, ast.AST]) -> str | None:
    """Return the first message in the call, tuple or case around a code."""
    around: ast.AST = node
    for _ in range(4):
        around = parents[around]
        if isinstance(around, ast.Call):
            if node not in around.args:
                return None
            following = around.args[around.args.index(node) + 1 :]
            return _first(following) or _assigned(around, following, parents)
        if isinstance(around, ast.Dict) and node in around.keys:
            return None if _is_of_hints(around, parents) else _first([_value(around, node)])
        if isinstance(around, ast.Tuple | ast.match_case | ast.Return):
            return _first([around])
        if isinstance(around, ast.stmt):
            targets = [t for t in getattr(around, "targets", ()) if isinstance(t, ast.Name)]
            return _assigned(around, targets, parents)
    return None


def _value(pairs: ast.Dict, key: ast.AST) -> ast.expr:
    return next(value for name, value in zip(pairs.keys, pairs.values, strict=True) if name is key)


def _is_of_hints(pairs: ast.Dict, parents: dict[ast.AST, ast.AST]) -> bool:
    return "HINT" in ast.unparse(parents[pairs]).split("=")[0]


def _first(nodes: Sequence[ast.AST]) -> str | None:
    for outer in nodes:
        for node in ast.walk(outer):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("msg", "tr"):
                text = node.args[0]
                if isinstance(text, ast.Constant) and text.value != "":
                    return str(text.value)
    return None


def _assigned(
    call: ast.AST, given: Sequence[ast.expr], parents: dict[ast.AST, ast.AST]
) -> str | None:
    """Return the message of the first variable that has one: what was last put into it."""
    function = call
    while function in parents and not isinstance(function, ast.FunctionDef):
        function = parents[function]
    before = [
        n for n in ast.walk(function) if isinstance(n, ast.Assign) and n.lineno <= _line(call)
    ]
    for name in (n.id for n in given if isinstance(n, ast.Name)):
        texts = [
            _first([n.value])
            for n in before
            if any(isinstance(t, ast.Name) and t.id == name for t in n.targets)
        ]
        found = [text for text in texts if text]
        if found:
            return found[-1]
    return None


def _line(node: ast.AST) -> int:
    return int(getattr(node, "lineno", 0))
