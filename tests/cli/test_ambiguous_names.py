"""What a user names by a text is one thing, or the answer lists what it could be."""

from __future__ import annotations

import re
import zipfile

import pytest

SEVERAL = ("ambiguous-subject", "ambiguous-criterion", "ambiguous-run")


@pytest.fixture
def twins(cli):
    """Give the small township with two villages called South and two cadres of one name."""
    for file, column in (("villages.csv", 1), ("cadres.csv", 1)):
        path = cli.data / file
        head, first, second, *rest = path.read_text(encoding="utf-8").splitlines()
        cells = second.split(",")
        cells[column] = first.split(",")[column]
        path.write_text("\n".join([head, first, ",".join(cells), *rest, ""]), encoding="utf-8")
    return cli


def rows(cli, file):
    head, *body = (cli.data / file).read_text(encoding="utf-8").splitlines()
    return [dict(zip(head.split(","), row.split(","), strict=True)) for row in body]


@pytest.mark.parametrize("file", ["villages.csv", "cadres.csv"])
def test_a_name_that_two_have_is_refused_with_both_ids(twins, file):
    twins.assess()
    first, second = rows(twins, file)[:2]
    id, name = list(first)[:2]
    answer = twins("explain", "latest", first[name], "--format", "json")
    assert (answer.code, answer.codes) == (2, ["ambiguous-subject"])
    [finding] = answer.json["findings"]
    assert first[id] in finding["message"] and second[id] in finding["message"]
    for one in (first, second):
        told = [one[id], f"{one[name]} ({one[id]})", f"{one[name]}（{one[id]}）", f" {one[id]} "]
        for wanted in told:
            found = twins("explain", "latest", wanted, "--format", "json")
            assert (found.code, found.json["subject"]["id"]) == (0, one[id])


def test_reports_tell_two_of_one_name_apart(twins):
    reports = ["terminal", "html", "xlsx", "markdown", "docx"]
    asked = [part for name in reports for part in ("--report", name)]
    out = twins.folder / "out"
    answer = twins("assess", twins.ruleset, "--data", twins.data, "--out", out, *asked)
    assert answer.code == 0, answer.err
    told = {"terminal": answer.out, **texts_of(out)}
    assert len(told) >= 5
    for name, text in told.items():
        for file in ("villages.csv", "cadres.csv"):
            (first, called), (second, _) = (list(one.values())[:2] for one in rows(twins, file)[:2])
            ids = set(re.findall(rf"{called}\s*\((\w+)\)", text))
            whole = "notices" not in name
            assert (
                ids == {first, second} if whole else (ids or not re.search(rf"\b{called}\b", text))
            ), name
    notices = [name for name in told if name.startswith("notices") and name.endswith(".md")]
    assert len(notices) == len(set(notices)) == len(rows(twins, "villages.csv"))


def texts_of(folder):
    """Return what each file says; workbooks and documents are read as their XML, without tags."""
    found = {}
    for file in folder.rglob("*"):
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as held:
                parts = [n for n in held.namelist() if n.endswith(".xml")]
                text = " ".join(held.read(part).decode() for part in parts)
        elif file.is_file():
            text = file.read_text(encoding="utf-8")
        else:
            continue
        found[str(file.relative_to(folder))] = re.sub("<[^>]*>", "", text)
    return found


def test_an_appeal_is_opened_for_the_one_that_is_named(twins):
    run = twins.assess()["run_id"]
    for step in ("review", "publish"):
        assert twins("runs", step, run, "--reason", "x").code == 0
    first, second = rows(twins, "villages.csv")[:2]
    asked = ("irregular", "--reason", "x", "--by", "y", "--format", "json")
    refused = twins("appeal", "open", "latest", first["name"], *asked)
    assert (refused.code, refused.codes) == (2, ["ambiguous-subject"])
    assert twins("appeal", "list", "--format", "json").json == []
    opened = twins("appeal", "open", "latest", second["village_id"], *asked)
    assert opened.json["subject"] == second["village_id"]
    assert f"{second['name']} ({second['village_id']})" in twins("appeal", "list").out


def test_an_unknown_name_is_answered_with_names_that_are_one_thing(twins):
    twins.assess()
    answer = twins("explain", "latest", "Nort", "--format", "json")
    assert answer.codes == ["unknown-subject"]
    told = answer.json["findings"][0]["hint"]
    first, second = rows(twins, "villages.csv")[:2]
    for one in (first, second):
        assert f"{one['name']} ({one['village_id']})" in told
