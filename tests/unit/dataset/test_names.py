"""Names of tables and columns."""

from __future__ import annotations

import pytest

from rules_engine.dataset.names import names_a_person, nearest, normal
from rules_engine.dataset.schema import STANDARD_TABLES

PERSONAL = (
    *(
        "姓名",
        "信访人",
        "信访人姓名",
        "上访人",
        "来信人",
        "申诉人",
        "重点人",
        "重点人员名单",
        "上访者",
    ),
    *(
        "上访老户",
        "稳控对象",
        "身份证",
        "身份证号码",
        "公民身份号码",
        "证件号",
        "联系电话",
        "手 机 号",
    ),
    *("家庭住址", "地址", "户籍地", "微信号", "电子邮箱", "银行卡号", "出生日期"),
    *("name_full_name", "petitioner", "PetitionerName", "petitioner_id", "idCard", "ID_NO"),
    *("phone", "mobile_phone", "Tel", "contact", "home address", "birthday", "ＰＨＯＮＥ"),
)
HARMLESS = (
    *(
        "信访人数",
        "信访人次",
        "上访人均",
        "来访人次",
        "涉及人数",
        "重点人群",
        "检查人",
        "测评人类别",
    ),
    *("责任人", "包案领导", "第一责任人", "地点", "网站地址栏目", "户籍人口", "村名", "name"),
    *("petitioner_count", "count_visitors", "visitors_total", "hotel", "cellar", "identical"),
    *("mobility", "telegram", "contractor", "addressed", "idle", "id", "case_id"),
)


@pytest.mark.parametrize("name", PERSONAL)
def test_a_name_that_would_say_who_somebody_is(name):
    assert names_a_person(name)


@pytest.mark.parametrize("name", HARMLESS)
def test_a_name_that_would_not(name):
    assert not names_a_person(name)


def test_of_all_standard_columns_only_the_cadres_name_names_a_person():
    named = [
        (table.name, column.name)
        for table in STANDARD_TABLES.values()
        for column in table.columns
        if names_a_person(column.name) or names_a_person(column.label)
    ]
    assert named == [("cadres", "name")]


@pytest.mark.parametrize(
    "spelt", ["村编号", " 村编号\t", "\ufeff村编号", "\u200b村编号", "村编号\u3000"]
)
def test_blanks_and_invisible_characters_do_not_count(spelt):
    assert normal(spelt) == "村编号"


def test_width_and_case_do_not_count():
    assert normal("ＣＡＳＥ＿ＩＤ") == normal("Case_Id") == "case_id"


def test_the_nearest_name_is_given_as_it_was_written():
    assert nearest("受理登记日期", ["办结日期", "受理 登记日期 "]) == "受理 登记日期 "
    assert nearest("village_id", ["people", "Village ID"]) == "Village ID"
    assert nearest("村编号", ["备注"]) == ""
    assert nearest("村编号", []) == ""
