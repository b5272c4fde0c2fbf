"""Everything that the guides for policy staff show is run, in both languages."""

from __future__ import annotations

import re
import shlex

import pytest
from guide_examples import DOCS, NAME, as_shown, fill_in, read_guide

from rules_engine import messages
from rules_engine.model.ruleset import ClausesDocument, RulesetDocument
from rules_engine.plugin_manager import registry
from rules_engine.ruleset.layout import laid_out

GUIDES = {"guide.zh.md": "zh", "guide.md": "en"}
READ = {name: read_guide(name) for name in GUIDES}
EXAMPLES = [(name, example) for name, (_, examples) in READ.items() for example in examples]


@pytest.mark.parametrize(
    ("guide", "example"), EXAMPLES, ids=[f"{GUIDES[n]}-{e.title}" for n, e in EXAMPLES]
)
def test_an_example_does_what_the_guide_says(guide, example, cli, monkeypatch):
    monkeypatch.setattr(messages, "_locale_language", lambda: GUIDES[guide])
    if example.blocks:
        example.write(cli.folder, READ[guide][0])
    for command, wanted in example.commands:
        if command.startswith("cells "):
            fill_in(cli.folder / command.split()[1], wanted)
            continue
        answer = cli(*shlex.split(command)[1:])
        _compare(example, command, answer, as_shown(wanted, answer.err + answer.out))
    if not any(command.split()[1] == "check" for command, _ in example.commands):
        answer = cli("check", NAME)
        _compare(example, "check", answer, not answer.err)
    if example.scenarios:
        answer = cli("test", NAME)
        _compare(example, "test", answer, answer.code == 0)


def _compare(example, command, answer, good):
    if not good:
        shown = f"{example.title}\n$ {command}\n{answer.err}{answer.out}"
        pytest.fail(shown, pytrace=False)


@pytest.mark.parametrize("guide", GUIDES)
def test_examples_are_laid_out_as_rulesets_are(guide):
    methods = registry().methods
    for example in READ[guide][1]:
        for word, blocks in example.blocks.items():
            shape = ClausesDocument if word == "clauses" else RulesetDocument
            for block in blocks:
                done = laid_out(block, example.title, shape, methods)
                assert without_blanks(done) == without_blanks(block), example.title


def without_blanks(text):
    return re.sub(r"\n+", "\n", text)


@pytest.mark.parametrize("guide", GUIDES)
def test_links_lead_somewhere(guide):
    for target in re.findall(r"\]\(([^)]+)\)", (DOCS / guide).read_text(encoding="utf-8")):
        file, _, anchor = target.partition("#")
        page = DOCS / (file or guide)
        assert page.is_file(), target
        text = page.read_text(encoding="utf-8") if anchor else ""
        headings = re.findall(r"^#+ (.+)$", text, re.M)
        slugs = {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}
        assert not anchor or anchor in slugs, target


def test_every_method_has_an_example():
    for _, examples in READ.values():
        text = "".join(b for e in examples for blocks in e.blocks.values() for b in blocks)
        for name in registry().methods:
            assert f"method: {name}\n" in text or f"method: {name}," in text, name


def test_both_guides_have_the_same_examples():
    zh, en = ([tuple(e.blocks) for e in examples] for _, examples in READ.values())
    assert zh == en
