"""The layout of a ruleset's files: what is moved, what stays, and where comments go."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules_engine.errors import RulesetError
from rules_engine.model.escaping import columns_of
from rules_engine.model.ruleset import ClausesDocument, RulesetDocument
from rules_engine.plugin_manager import registry
from rules_engine.ruleset import layout as layouts
from rules_engine.ruleset.layout import laid_out, lay_out, write_over
from rules_engine.yamltext.layout import WIDTH

ROOT = Path(__file__).parents[3]
SHIPPED = sorted(file.parent for file in ROOT.glob("rulesets/*/ruleset.yaml"))


def fmt(text, shape=RulesetDocument):
    done = laid_out(text, "x.yaml", shape, registry().methods)
    assert laid_out(done, "x.yaml", shape, registry().methods) == done
    return done


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_shipped_rulesets_are_laid_out(folder):
    assert [x.file.name for x in lay_out(folder, registry().methods) if x.changed] == []


def test_keys_of_the_language_have_their_order_and_names_keep_theirs():
    before = """\
grades:
  z: {from: 90, label: 优}
  a: {quota: 20%, clause: A-1, from: 60, label: 良}
sections:
  one:
    criteria:
      b:
        veto: 迟报 > 3
        each: 1
        of: 办结率
        method: target
        target: 90%
        points: 10
        floor: 0
        label: 办结
        when: 类型 = '村'
        clause: A-2
    label: 一
title: 某镇
ruleset: x
"""
    assert (
        fmt(before)
        == """\
ruleset: x
title: 某镇

sections:
  one:
    label: 一
    criteria:
      b:
        label: 办结
        points: 10
        clause: A-2
        when: 类型 = '村'
        method: target
        of: 办结率
        target: 90%
        each: 1
        floor: 0
        veto: 迟报 > 3

grades:
  z: {label: 优, from: 90}
  a: {label: 良, from: 60, quota: 20%, clause: A-1}
"""
    )


def test_what_the_language_does_not_know_stays_behind_in_its_order():
    assert fmt("zeta: 1\ntitle: x\nalpha: 2\n") == "title: x\nzeta: 1\nalpha: 2\n"


def test_rows_below_each_other_are_aligned_by_display_width():
    before = """\
indicators:
  late: {label: 迟报, from: 报告, where: a > b}
  irregular_visits: {label: 非正常走访, from: 走访}
  # 另一段
  x: {label: x, from: y}
  longer: {label: x, value: y, period: all}
"""
    assert (
        fmt(before)
        == """\
indicators:
  late:             {label: 迟报,       from: 报告, where: a > b}
  irregular_visits: {label: 非正常走访, from: 走访}
  # 另一段
  x:      {label: x, from: y}
  longer: {label: x, period: all, value: y}
"""
    )


def test_rows_that_are_too_unlike_are_not_aligned():
    far = "很" * 20
    before = f"grades:\n  a: {{label: {far}, from: 1}}\n  b: {{label: 短, from: 0}}\n"
    assert fmt(before) == before


def test_brackets_that_do_not_fit_on_a_line_are_opened():
    long = "受理登记日期 is not null and 办结日期 is not null and 办理结果 in ('化解', '答复')"
    before = f'indicators:\n  a: {{from: cases, where: "{long}", label: 甲, period: all}}\n'
    after = f"""\
indicators:
  a:
    label: 甲
    from: cases
    period: all
    where: {long}
"""
    assert columns_of(before.splitlines()[1]) > WIDTH
    assert fmt(before) == after


def test_comments_stay_with_what_they_are_about():
    before = """\
# 关于这份办法

title: x # 名称
# 标识
# 不要改
ruleset: y

sections: # 板块
  # 第一块
  one:
    criteria: # 考核项
      a: {method: formula, # 算式
        # 分值
        points: 5, label: 甲}
      # 本块的末尾
    # 标签
    label: 一
  # 全部的末尾
# 文件的末尾
"""
    assert (
        fmt(before)
        == """\
# 关于这份办法

# 标识
# 不要改
ruleset: y
title: x  # 名称

sections:  # 板块
  # 第一块
  one:
    # 标签
    label: 一
    criteria:  # 考核项
      a:
        label: 甲
        # 分值
        points: 5
        method: formula  # 算式
      # 本块的末尾
  # 全部的末尾
# 文件的末尾
"""
    )


def test_comments_of_list_items_stand_above_them():
    before = """\
acknowledge:
- # 一
  at: criteria.a # 在此
  code: rights-x # 代码
  # 理由
  reason: z
- # 二
  # 三
  code: w
"""
    assert (
        fmt(before)
        == """\
acknowledge:
  # 一
  - code: rights-x  # 代码
    at: criteria.a  # 在此
    # 理由
    reason: z
  # 二
  # 三
  - code: w
"""
    )


def test_the_line_for_editors_stays_first():
    text = "# yaml-language-server: $schema=ruleset.schema.json\ntitle: x\nruleset: y\n"
    assert fmt(text) == (
        "# yaml-language-server: $schema=ruleset.schema.json\n\nruleset: y\ntitle: x\n"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("'2025'", '"2025"'),  # else it would be a number
        ('"90%"', '"90%"'),
        ("'no'", "no"),  # a text in rulesets, quoted or not
        ("'null'", '"null"'),
        ("'2025-01-01'", '"2025-01-01"'),
        ('"某某镇考核"', "某某镇考核"),
        ("'层级 in (''市'', ''省'')'", "层级 in ('市', '省')"),
        ("'“三无”: 村'", '"“三无”: 村"'),
        ("'a # b'", '"a # b"'),
        ('"它说\\"好\\"、\'坏\': 中"', "'它说\"好\"、''坏'': 中'"),
        ('"一\\n二"', '"一\\n二"'),
        ("''", '""'),
        ("'- x'", '"- x"'),
        ("'@x'", '"@x"'),
        ("0.50", "0.50"),
        ("1e3", "1e3"),
    ],
)
def test_quotes_stand_where_they_are_needed(before, after):
    assert fmt(f"title: {before}\n") == f"title: {after}\n"


def test_texts_in_brackets_are_quoted_for_their_commas():
    text = "grades:\n  a: {label: '甲, 乙', from: 'x'}\n"
    assert fmt(text) == 'grades:\n  a: {label: "甲, 乙", from: x}\n'


def test_texts_on_several_lines_stay_on_them():
    before = """\
indicators:
    a:
        where: >-   # 条件
            层级 = '市'
              and 非正常
        label: |
            甲

            乙

        from: 走访
          记录
        value: "一
          二"
"""
    assert (
        fmt(before)
        == """\
indicators:
  a:
    label: |
      甲

      乙

    from: >-
      走访
      记录
    where: >-  # 条件
      层级 = '市'
        and 非正常
    value: >-
      一
      二
"""
    )


def test_texts_with_odd_ends_are_quoted():
    assert fmt("title: |+\n  甲\n\n\nruleset: x\n") == 'ruleset: x\ntitle: "甲\\n\\n\\n"\n'
    assert fmt("title: |2\n    甲\n  乙\n") == 'title: "  甲\\n乙\\n"\n'


def test_clauses_are_laid_out_too():
    before = """\
clauses:
  B-2: {status: encoded, ref: 二, gist: 乙, figures: [1, 50%]}
  B-1: {status: exhortation, ref: 一一, gist: 甲}
source: {note: x, title: y}
"""
    assert (
        fmt(before, ClausesDocument)
        == """\
source: {title: y, note: x}

clauses:
  B-2: {ref: 二,   gist: 乙, status: encoded, figures: [1, 50%]}
  B-1: {ref: 一一, gist: 甲, status: exhortation}
"""
    )


def test_line_ends_of_windows_are_kept():
    assert fmt("title:   x\r\nruleset: y\r\n") == "ruleset: y\r\ntitle: x\r\n"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("title: [x\n", "bad-yaml"),
        ("title: x\ntitle: y\n", "duplicate-key"),
        ("title: &a x\n", "yaml-anchor"),
        ("effective: {from: 2025-02-30}\n", "impossible-date"),
        ("- x\n", "wrong-value"),
        ("x\n", "wrong-value"),
        ("# nothing\n", "empty-file"),
    ],
)
def test_what_cannot_be_read_is_a_finding(text, code):
    with pytest.raises(RulesetError) as caught:
        fmt(text)
    assert [f.code for f in caught.value.findings] == [code]
    assert caught.value.findings[0].place.line


def test_a_layout_that_would_say_something_else_is_refused(monkeypatch):
    monkeypatch.setattr(layouts, "formatted", lambda *_: "title: y\n")
    with pytest.raises(RulesetError) as caught:
        laid_out("title: x\n", "x.yaml", RulesetDocument, {})
    assert [f.code for f in caught.value.findings] == ["cannot-lay-out"]


def test_a_file_is_replaced_as_a_whole_or_not_at_all(tmp_path, monkeypatch):
    target = tmp_path / "real.yaml"
    target.write_text("title:   x\n", encoding="utf-8")
    target.chmod(0o640)
    link = tmp_path / "ruleset.yaml"
    link.symlink_to(target)
    layout = layouts.Layout(link, "title:   x\n", "title: x\n")
    with monkeypatch.context() as patched:
        patched.setattr(layouts.os, "replace", lambda *_: (_ for _ in ()).throw(OSError("full")))
        with pytest.raises(OSError, match="full"):
            write_over(layout)
    assert target.read_text(encoding="utf-8") == "title:   x\n"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["real.yaml", "ruleset.yaml"]
    write_over(layout)
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "title: x\n"
    assert target.stat().st_mode & 0o777 == 0o640
    assert sorted(p.name for p in tmp_path.iterdir()) == ["real.yaml", "ruleset.yaml"]
