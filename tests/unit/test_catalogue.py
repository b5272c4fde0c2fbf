"""The Chinese catalogue holds every text of the program, whole, in Chinese punctuation."""

from __future__ import annotations

import ast
import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from rules_engine.messages import assessed_words

ROOT = Path(__file__).parents[2]
PO = ROOT / "rules_engine/locales/zh/LC_MESSAGES/rules_engine.po"
SOURCES = [ROOT / "rules_engine", ROOT / "plugins"]
MAKERS = ("msg", "tr")
HAN = r"[\u4e00-\u9fff]"


@pytest.fixture(scope="module")
def catalogue():
    with PO.open("rb") as file:
        return read_po(file, locale="zh")


@pytest.fixture(scope="module")
def extracted():
    return {
        text
        for folder in SOURCES
        for _, _, text, _, _ in extract_from_dir(folder, keywords={m: None for m in MAKERS})
    }


@pytest.fixture(scope="module")
def calls():
    """All calls of ``msg`` and ``tr``, with their places."""
    found = []
    for file in sorted(f for folder in SOURCES for f in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MAKERS:
                found.append((f"{file.relative_to(ROOT)}:{node.lineno}", node))
    return found


def literal(call):
    first = call.args[0] if len(call.args) == 1 else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None


def placeholders(text):
    """Return what a text asks its caller for; whom a ruleset assesses is put in by itself."""
    return sorted(n for n in re.findall(r"\{(\w*)\}", text) if n not in assessed_words())


def test_texts_are_written_as_literals(calls):
    assert len(calls) > 500
    own = "rules_engine/messages.py:"  # tr() itself hands its text on
    assert [w for w, c in calls if literal(c) is None and not w.startswith(own)] == []


def test_extraction_misses_no_call(calls, extracted):
    """Extraction does not look into f-strings."""
    assert [where for where, call in calls if literal(call) not in {*extracted, None}] == []


def test_calls_give_the_parameters_of_their_text(calls):
    wrong = []
    for where, call in calls:
        given = sorted(k.arg for k in call.keywords if k.arg)
        if given and not any(k.arg is None for k in call.keywords):
            if given != sorted(set(placeholders(literal(call) or ""))):
                wrong.append((where, given))
    assert wrong == []


def test_every_text_is_translated(catalogue, extracted):
    done = {m.id for m in catalogue if m.string and not m.fuzzy}
    assert sorted(extracted - done) == [], "make messages, then put the Chinese into the .po"


def test_nothing_is_left_over(catalogue, extracted):
    assert sorted({m.id for m in catalogue if m.id} - extracted) == [], "make messages"
    assert not catalogue.obsolete


def test_translations_keep_the_parameters(catalogue):
    done = [m for m in catalogue if m.id and m.string]
    wrong = [m.id for m in done if placeholders(m.id) != placeholders(m.string)]
    assert wrong == []


def test_it_compiles(catalogue):
    """A percent sign before a space and a letter is taken for a format: word such a text anew."""
    assert [(m.id, list(map(str, errors))) for m, errors in catalogue.check()] == []


def test_punctuation_is_full_width(catalogue):
    narrow = re.compile(rf"(?:{HAN}|[”）])[,:;?!.(]|[,;?]\s?{HAN}|\){HAN}")
    wrong = [m.string for m in catalogue if m.id and narrow.search(m.string)]
    assert [text for text in wrong if "键: 值" not in text] == []  # YAML's own colon


def test_quotes_and_brackets_are_paired(catalogue):
    for pair in ("“”", "（）", "【】"):
        wrong = [
            m.string
            for m in catalogue
            if m.id and m.string.count(pair[0]) != m.string.count(pair[1])
        ]
        assert wrong == []


def test_a_sentence_ends_as_its_english_does(catalogue):
    """Half-sentences are put together with others; whole ones end with a full stop."""
    wrong = [
        m.id for m in catalogue
        if m.string and len(m.id) > 1 and m.id.endswith(".") != m.string.endswith("。")
    ]  # fmt: skip
    assert wrong == []


def test_the_compiled_catalogue_is_up_to_date(catalogue):
    expected = BytesIO()
    write_mo(expected, catalogue)
    expected.seek(0)
    with PO.with_suffix(".mo").open("rb") as file:
        compiled = {m.id: m.string for m in read_mo(file) if m.id}
    assert compiled == {m.id: m.string for m in read_mo(expected) if m.id}, "make messages"
