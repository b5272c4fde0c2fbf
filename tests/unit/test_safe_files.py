"""Names become paths in one place, and what somebody hands in is opened in one place."""

from __future__ import annotations

import ast
import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules_engine.errors import UsageError
from rules_engine.safe_files import MOST_BYTES, TooLarge, inside, open_file, read_file, unfit

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "name",
    [
        "", " ", "\u3000", ".", "..", "...", ". .", "/", "/etc/passwd", "a/b", "a\\b", "C:",
        "C:\\x", "..\\x", "a\x00b", "a\nb", "a\x1bb", "a\x7f", "a\x9b", "a\u202eb", "a\u2028b",
        "a\ud800", "a\u2066", "a\u200f", "con", "NUL", "com1", "LPT9.txt", "aux.yaml", "COM¹",
        "CON .x", "a.", "a ", " a", "a\u3000", "a:b", "a*", "a?", 'a"', "a<b", "a|b", "Ａ／Ｂ",
        "Ａ＼Ｂ", "a∕b", "a⁄b", "‥", "．．", "村" * 81, "x" * (MOST_BYTES + 1), "℀",
    ],
)  # fmt: skip
def test_what_is_no_name_is_refused(tmp_path, name):
    with pytest.raises(UsageError) as caught:
        inside(tmp_path, name)
    assert caught.value.findings[0].code == "bad-file-name"
    assert str(unfit(name))


@pytest.mark.parametrize(
    "name",
    ["2026", "2026年版", "a.b", "console", "com10", "甲村（试点）", "a-b_c", "村" * 80, "e\u0301"],
)
def test_what_is_a_name_stays_as_it_is(tmp_path, name):
    assert inside(tmp_path, name) == tmp_path / name


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_a_name_never_leads_out_of_its_folder(name):
    folder = Path("/tmp/folder")
    if unfit(name) is None:
        assert inside(folder, name).parent == folder
        assert Path(os.path.normpath(inside(folder, name))).parent == folder
        name.encode()  # every file system takes it


def test_a_link_that_leads_out_is_not_followed(tmp_path):
    for name in ("in", "out"):
        (tmp_path / name).mkdir()
    (tmp_path / "in" / "a").symlink_to(tmp_path / "out")
    (tmp_path / "in" / "b").symlink_to(tmp_path / "in" / "c")
    with pytest.raises(UsageError) as caught:
        inside(tmp_path / "in", "a", "x")
    assert caught.value.findings[0].code == "path-outside"
    assert inside(tmp_path / "in", "b") == tmp_path / "in" / "b"


def test_a_file_is_read_up_to_its_limit(tmp_path):
    file = tmp_path / "f"
    file.write_bytes(b"12345")
    (tmp_path / "link").symlink_to(file)
    assert read_file(tmp_path / "link") == read_file(file, 5) == b"12345"
    with pytest.raises(TooLarge):
        read_file(file, 4)


@pytest.mark.parametrize("place", ["/dev/zero", "/dev/null", "/", "/nowhere"])
def test_what_is_no_file_is_not_opened(place):
    with pytest.raises(OSError) as caught:
        open_file(Path(place))
    assert caught.value.strerror


FOLDERS = re.compile(
    r"(^|[.(_ ])(folder|path|dir|file|out|root|place|scratch|home|runs|parent|copy|kept|templates"
    r"|above|edition|ruleset|base|Path\()", re.IGNORECASE,
)  # fmt: skip
"""What the left side of a division is called where it is a folder and no number."""
READS = {"open", "read_text", "read_bytes", "copyfile", "copy2", "copytree", "open_code"}
ALLOWED = {
    "a folder of its own that the program has just made": (
        r"(ingest/ingest|hypotheses/\w+|dry_run|(appeals|run)/\w+|cli/sources"
        r"|forms/trial): Path\((scratch|name|folder|one|other|alone)\)",
        r"scenarios/context: Path\(self\.resources\.enter_context\(temporary_folder\(\)\)\)",
        r"temporary: Path\((self\.name|entry\.path)\)",
        r"store/connection: Path\(self\._temporary\.name\)( / file\.name)?",
        r"scenarios/context: Path\(tempfile\.mkdtemp\(.*",
        r"isolation/process: .*",  # and what the system says of the process
    ),
    "what stands on a command line or in its place is a path, and no name": (
        r"cli/(audit|diff|program): Path\((since|old|value or arguments\[at \+ 1\])\)",
        r"(rules_engine_\w+/__init__|sources/location): Path\((request\.)?(location|text)\)",
        r"ruleset/editions: Path\((text|folder)\)",
        r"store/location: Path\(.*",
        r"sources/draft: .*",
        r"sources/location: Path\(place\)",
    ),
    "the name was looked at when the thing of that name was made": (
        r"cli/new: out / .*",
        r"store/\w+: (self\._)?location\.runs / .*",
        r"store/store: run\.folder / below",
        r"store/files: folder / path",
    ),
    "the names are the program's own, or those of files that it has found": (
        r"(run/(assess|kept)|forms/\w+|ruleset/[\w/]+): "
        r"(kept|ruleset|folder|out|copy|root|edition) / "
        r"(file(\.name)?|edition|inside|name|path|place|file\.relative_to\(copy\)"
        r"|(edition|part)\.relative_to\(ruleset\)|source\.relative_to\(TEMPLATE\))",
        r"forms/trial: Path\(name\) / (root\.resolve\(\)\.name|folder\.relative_to\(around\))",
        r"run/kept: Path\(part\.file\)",
        r"run/stored_runs: runs\[-1\]\.folder / 'snapshot' / f'\{table\}\.parquet'",
        r"rules_engine_flat/pay_list: out / FILES\[kind\]",
        r"((report|run)/\w+): (self\.)?folder / (file|SNAPSHOT / data\.path\.name)",
        r"(ingest/\w+|hypotheses/\w+|sources/check): (Path\()?(folder|scratch)\)? / "
        r"(data\.path\.name|f'[\w-]*\{(number|len\(kept\))\}(\.parquet)?')",
        r"rules_engine_flat/tables: out / f'\{name\}\{ending\}'",
        r"scaffold/__init__: TEMPLATES / template",
        r"scenarios/features: above / 'features' / folder\.name",
        r"store/connection: (self\.)?file\.with_name\((part\.name|f'\{file\.name\}-wal')\)",
        r"store/guards: files\('rules_engine\.store'\) / 'sql' / f'\{name\}\.sql'",
        r"isolation/__init__: out / each\.resolve\(\)\.relative_to\(inside\)",
        r"scaffold/__init__: folder / file\.relative_to\(part\)",
        r"scenarios/\w+: os\.path\.relpath\(.*",
    ),
    "a number is divided": (r"report/payment_words: .* / below",),
    "the place of a finding or a table is shown, and never opened": (
        r"forms/\w+: Path\((finding|found)?\.?place\.file or ''\)",
        r"sources/\w+: Path\((first|part|table)\.origin\)",
    ),
    "parts of a package are read where they lie": (
        r"ooxml: (packed\.open|posixpath\.join)\(.*",
        r"rules_engine_excel/ods: packed\.open\(_CONTENT\)",
        r"rules_engine_csv/(archive|trouble): .*\.open\(((self\.)?entry)?\)",
    ),
    "the program's own files are read, or files are made": (
        r"audit/signatures: os\.open\(file, os\.O_WRONLY \| os\.O_CREAT \| os\.O_EXCL, 384\)",
        r"(report|run)/\w+: \((run\.)?folder / (FILE|JUDGED)\)\.read_text\(.*",
        r"ingest/snapshot: (path\.open\('rb'\)|shutil\.copyfile\(source, target\))",
        r"(ruleset/template|scaffold/__init__): (source|\(TEMPLATE / file\))\.read_text\(.*",
        r"rules_engine_pdf/typesetter: resources\..*",
        r"store/guards: \(?files\('rules_engine\.store'\).*",
        r"store/\w+: .*(path\.open\('r\+?b'\)|os\.open\(folder, os\.O_RDONLY\))",
        r"store/\w+: path\.read_text\(.*",
        r"store/guards: \(files\('rules_engine\.store'\) / .*\.read_text\(.*",
        r"store/connection: shutil\.copyfile\(part, self\.file\.with_name\(part\.name\)\)",
        r"temporary: os\.open\(folder, os\.O_RDONLY \| os\.O_CLOEXEC\)",
    ),
    "the system says how much memory there is": (
        r"engines/duckdb_engine: CONTAINER\.read_text\(encoding='ascii'\)",
    ),
    "nothing is opened by its path": (
        r"(cli/output|store/lazy_store): Store\.open\(.*",
        r"cli/output: os\.open\(os\.devnull, .*",
        r"(isolation|sources)/\w+: (item|kind|source\.kind)\.open\(request\)",
        r"(ruleset|scenarios|yamltext)/[\w/]+: read_text\(.*",  # yamltext/positions opens safely
        r"appeals/decisions: store\.appeals\.open\(.*",
    ),
}
"""Why what is found here is right: patterns of module and expression by their reason."""


def _fixed(node: ast.expr) -> bool:
    """Return whether a part of a path is written in the source, or a constant."""
    if isinstance(node, ast.JoinedStr):
        parts = [v.value for v in node.values if isinstance(v, ast.FormattedValue)]
        return all(map(_fixed, parts))
    name = getattr(node, "id", getattr(node, "attr", ""))
    return isinstance(node, ast.Constant) or name.isupper() or name == "__file__"


def _calls(node: ast.Call, name: str) -> bool:
    """Return whether a call makes a path of something, or reads a file by its path."""
    whole = ast.unparse(node.func)
    if name == "Path" or (name == "join" and "path" in whole) or name == "joinpath":
        return not all(map(_fixed, node.args))
    if name in ("with_name", "with_stem", "relpath"):
        return not ("field" in whole or whole == "f.with_name")
    mode = next((a.value for a in node.args if isinstance(a, ast.Constant)), "r")
    return name in READS and not str(mode).startswith(("w", "x", "a"))


def _found():
    """Yield what makes a path of a text, or reads a file: the module and the expression."""
    files = [*(ROOT / "rules_engine").rglob("*.py"), *(ROOT / "plugins").glob("*/src/**/*.py")]
    for file in sorted(files):
        short = str(file.relative_to(ROOT)).partition("/src/")[2] or str(file.relative_to(ROOT))
        if "testing/" in short or short.endswith("safe_files.py"):
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
                joins = FOLDERS.search(ast.unparse(node.left)) and not _fixed(node.right)
            elif isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                joins = _calls(node, name)
            else:
                continue
            if joins:
                short = short.removeprefix("rules_engine/").removesuffix(".py")
                yield f"{short}: {ast.unparse(node)}"


def test_nothing_else_makes_a_path_of_a_text_or_opens_what_is_handed_in():
    patterns = [pattern for held in ALLOWED.values() for pattern in held]
    found = set(_found())
    new = [f for f in found if not any(re.fullmatch(p, f, re.DOTALL) for p in patterns)]
    assert not new, "use rules_engine.safe_files, or say in ALLOWED why not"
    idle = [p for p in patterns if not any(re.fullmatch(p, f, re.DOTALL) for f in found)]
    assert not idle
