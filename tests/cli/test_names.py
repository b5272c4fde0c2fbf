"""What a user names by a text is one thing, or the answer lists what it could be."""

from __future__ import annotations

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
