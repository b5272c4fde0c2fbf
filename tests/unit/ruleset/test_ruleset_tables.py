"""The standard tables bear the names that a ruleset gives to those assessed."""

from __future__ import annotations

import pytest

from rules_engine.model.general import Assessed
from rules_engine.model.nouns import chinese_noun, english_noun
from rules_engine.model.table import named, spelt
from rules_engine.ruleset.tables import tables_of

CRITERION = {"label": "c", "points": 1, "method": "formula"}
SMALLEST = {
    "ruleset": "r", "title": "t", "edition": "1", "effective": {"from": "2020-01-01"},
    "period": "2025-01-01 至 2025-12-31", "scale": 1, "indicators": {},
    "sections": {"s": {"label": "s", "criteria": {"c": CRITERION}}},
    "grades": {"all": {"label": "a", "from": 0}},
}  # fmt: skip


def tables(**more):
    from rules_engine.model.ruleset import RulesetDocument

    more.setdefault("tables", {"villages": {}, "checks": {}, "cadres": {}})
    return tables_of(RulesetDocument.model_validate(SMALLEST | more))


def labels(table, *names):
    return [table.column(name).label for name in names]


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        (None, ["村", "村编号", "村名", "村编号"]),
        ("乡镇", ["乡镇", "乡镇编号", "乡镇名称", "乡镇编号"]),
        (["乡镇", "部门"], ["单位", "单位编号", "单位名称", "单位编号"]),
        ({"zh": "科室", "en": "section"}, ["科室", "科室编号", "科室名称", "科室编号"]),
        ("company", ["company", "company id", "company name", "company id"]),
        ("干部", ["干部名单", "干部编号", "干部名称", "考核对象编号"]),
    ],
)
def test_labels_follow_the_noun(said, wanted):
    made = tables(assessed=said)
    villages = made["villages"]
    got = [villages.label, *labels(villages, "village_id", "name")]
    got += labels(made["checks"], "village_id")
    assert got == wanted


def test_the_standard_labels_are_understood():
    made = tables(assessed="乡镇")
    assert made["checks"].column("村编号").name == "village_id"
    assert named("村", made.values()).name == "villages"
    assert spelt(" 村名 ", made["villages"].columns).name == "name"


def test_a_label_of_the_rulesets_own_goes_first():
    own = {"villages": {"columns": {"old": {"label": "村名"}}}, "checks": {}}
    made = tables(assessed="乡镇", tables=own)
    assert made["villages"].column("村名").name == "old"
    assert made["villages"].column("乡镇名称").name == "name"


def test_a_key_with_another_label_stays_the_key():
    own = {"villages": {"columns": {"village_id": {"label": "代码"}}}, "checks": {}}
    made = tables(tables=own)
    assert made["villages"].key == "village_id"
    assert labels(made["checks"], "village_id") == ["代码"]
    assert made["checks"].key == "check_id"


@pytest.mark.parametrize(
    ("said", "kinds"),
    [
        (None, ("村", "社区", "单位")),
        ("乡镇", ("乡镇", "社区", "单位")),
        (["社区", "企业"], ("社区", "企业", "单位")),
        ("村（社区）", ("村（社区）", "村", "社区", "单位")),
    ],
)
def test_kinds_follow_the_noun(said, kinds):
    assert tables(assessed=said)["villages"].column("kind").values == kinds


def test_nouns_of_several_kinds():
    three = chinese_noun(("乡镇", "部门", "企业"))
    assert (three.one, three.many) == ("乡镇（部门、企业）", "乡镇、部门和企业")
    assert three.each == "各乡镇、各部门、各企业"
    two = english_noun(("township", "bureau"), ("townships", "bureaus"))
    assert (two.one, two.many) == ("township or bureau", "townships and bureaus")
    assert two.each == "all townships and bureaus"


def test_each_noun_has_a_plural_or_none():
    with pytest.raises(ValueError, match=r"plural|复数"):
        Assessed(en=("a", "b"), plural="as")
