"""Everything that a condition may not say: the code, the column and the remedy."""

from __future__ import annotations

import pytest
from conditions_lab import compiled

from rules_engine.messages import speaking

FORBIDDEN = "forbidden-sql"
REFUSED = [
    # what is not an expression
    ("people >", "bad-expression", 8),
    ("people > 1 and", "bad-expression", 12),
    ("people ** 2 > 1", "bad-expression", 11),
    ("rate >= 90 %", "bad-expression", 12),
    ("floor() > 1", "bad-expression", 1),
    ("people > 1; drop table cases", FORBIDDEN, 12),
    ("", FORBIDDEN, 1),
    # statements, sub-queries, tables
    ("select 1", FORBIDDEN, 8),
    ("exists (select 1)", FORBIDDEN, 1),
    ("people > (select 1)", FORBIDDEN, 18),
    ("people in (select 1)", FORBIDDEN, 1),
    # functions and operators beyond the list
    ("count(*) > 1", FORBIDDEN, 1),
    ("sum(people) > 1", FORBIDDEN, 1),
    ("random() > 1", FORBIDDEN, 1),
    ("read_csv('x') > 1", FORBIDDEN, 1),
    ("current_date > received_on", FORBIDDEN, 16),
    ("people % 2 = 1", FORBIDDEN, 1),
    ("people & 1 = 1", FORBIDDEN, 1),
    ("place || 'x' = 'y'", FORBIDDEN, 1),
    ("place ilike 'x'", FORBIDDEN, 1),
    ("place like place", FORBIDDEN, 1),
    ("place like 'x' escape '!'", FORBIDDEN, 1),
    ("people between symmetric 9 and 1", FORBIDDEN, 1),
    ("irregular is true", FORBIDDEN, 1),
    ("people is distinct from 1", FORBIDDEN, 1),
    ("people = null", FORBIDDEN, 1),
    ("people::varchar = '1'", FORBIDDEN, 1),
    ("cast(place as date) = received_on", FORBIDDEN, 1),
    ("case people when 1 then true else false end", FORBIDDEN, 1),
    ("floor(people, 2) > 1", FORBIDDEN, 1),
    ("round(score, 2, 1) > 1", FORBIDDEN, 1),
    ("interval 1 day", FORBIDDEN, 10),
    ("row_number() over () > 1", FORBIDDEN, 1),
    ("people > ?", FORBIDDEN, 1),
    # names
    ("poeple > 1", "unknown-name", 1),
    ("people > 1 and irregulr", "unknown-name", 16),
    ("visits.level = '县'", "unknown-name", 1),
    ("PEOPLE > 1", "unknown-name", 1),
    ("人 > 1", "unknown-name", 1),
    ("数目 > 1", "ambiguous-name", 1),
    ("人数 大于", "bad-expression", 4),
    ("人数大于", "bad-expression", 3),
    ("非正长 且 人数大于3", "unknown-name", 1),
    ("人数大于3且非正长", "unknown-name", 7),
    ("人数 和 非正常", "bad-expression", 6),
    ("层级 属于 “村”", FORBIDDEN, 4),
    ("层级 不属于 “村”", FORBIDDEN, 4),
    ("不属于", "bad-expression", 1),
    ("人数 > 1 且 不属于 （“村”）", "bad-expression", 10),
    ("人数 > 1 且 层级 不属于", "bad-expression", 13),
    ("（层级 不属于）", "bad-expression", 5),
    ("不为空", "bad-expression", 1),
    ("人数 介于 3 和", "bad-expression", 9),
    ("且 人数 > 1", "bad-expression", 1),
    ("not in ('村')", "bad-expression", 5),
    ("层级 属于 （“村”，“省”）", "value-not-in-column", 12),
    ("登记日期 = 2月30日", "bad-date", 8),
    ("登记日期 = 2025-02-30", "bad-date", 8),
    ("登记日期 晚于 2025年13月1日", "bad-date", 9),
    ("人数 > 2025-03-01", "wrong-type", 1),
    ("天数(登记日期) > 1", FORBIDDEN, 1),
    ("round(score, 99999999999) > 1", "wrong-type", 1),
    # types
    ("people", "wrong-type", 1),
    ("people > '1'", "wrong-type", 1),
    ("irregular > false", "wrong-type", 1),
    ("received_on > 5", "wrong-type", 1),
    ("place + 1 > 2", "wrong-type", 1),
    ("people and irregular", "wrong-type", 1),
    ("people in (1, '2')", "wrong-type", 1),
    ("1 < people < 3", "wrong-type", 1),
    ("due_on - received_on > 3", "wrong-type", 1),
    ("days(people, due_on) > 3", "wrong-type", 1),
    ("year(place) > 3", "wrong-type", 1),
    ("length(people) > 3", "wrong-type", 8),
    ("empty(people)", "wrong-type", 1),
    ("case when irregular then 1 else 'x' end > 1", "wrong-type", 1),
    ("coalesce(people, 'x') > 1", "wrong-type", 1),
    ("round(score, -1) > 1", "wrong-type", 1),
    ("round(score, people) > 1", "wrong-type", 1),
    # values
    ("level = '国'", "value-not-in-column", 9),
    ("level in ('县', '国')", "value-not-in-column", 16),
    ("'国' = level", "value-not-in-column", 1),
    ("received_on > '2025-02-30'", "bad-date", 15),
    ("received_on > '20250131'", "bad-date", 15),
    ("received_on > '2025-W05-5'", "bad-date", 15),
    ("people > 1e5", "bad-number", 10),
    ("people > 1e999999999", "bad-number", 10),
    ("people > 10000000000", "number-too-large", 10),
    ("rate > 0.1234567890123", "number-too-large", 8),
    ("people / 0 > 1", "division-by-zero", 1),
    ("case when irregular then true end", "missing-else", 1),
    # size
    ("people > 1 and " * 150 + "irregular", "too-deep", None),
    ("(" * 300 + "irregular" + ")" * 300, "too-deep", None),
    ("not " * 200 + "irregular", "too-deep", None),
    ("irregular or " * 1000 + "irregular", "too-long", 1),
    ("people" + " / people" * 20 + " > 1", "too-involved", None),
    ("greatest(people, least(1, " * 10 + "people" + "))" * 10 + " > 1", "too-involved", None),
]


@pytest.mark.parametrize(("text", "code", "place"), REFUSED, ids=[r[0][:40] for r in REFUSED])
def test_refused(text, code, place):
    result, findings = compiled(text)
    assert result is None
    assert [f.code for f in findings] == [code]
    assert place is None or findings[0].place.column == place, findings[0].place


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("poeple > 1", "people"),
        ("人數 > 1", "人数"),
        ("level = '乡县'", "县"),
        ("lenght(place) > 1", "length"),
    ],
)
def test_the_nearest_name_is_offered(text, nearest):
    with speaking("en"):
        _, (finding,) = compiled(text)
        assert nearest in str(finding.hint)


@pytest.mark.parametrize(
    ("text", "said", "example"),
    [
        ("不属于", "nothing stands before “不属于”", "层级 不属于（“省”、“京”）"),
        ("层级 不属于", "nothing stands behind “不属于”", "层级 不属于（“省”、“京”）"),
        ("层级 不属于 “村”", "behind “不属于” the values stand in brackets", "层级 不属于（"),
        ("人数 不介于", "nothing stands behind “不介于”", "人数 不介于 3 和 5"),
        ("不大于", "nothing stands before “不大于”", "人数 不大于 3"),
    ],
)
def test_a_word_that_stands_alone_is_named_as_it_is_written(text, said, example):
    with speaking("en"):
        _, (finding,) = compiled(text)
        assert str(finding.message) == said
        assert example in str(finding.hint)


def test_every_refusal_says_what_to_do():
    silent = [text for text, _, _ in REFUSED if not str(compiled(text)[1][0].hint)]
    assert silent == []


def test_columns_are_those_of_the_text_with_its_percentages():
    _, (finding,) = compiled("rate >= 90% and rate <= 95.5% and ratte > 1")
    assert finding.place.column == 35


def test_the_wanted_type_is_named():
    with speaking("en"):
        _, (finding,) = compiled("people > 1", "number")
        assert str(finding.message) == "“people > 1” gives a yes or no, but a number is needed"
