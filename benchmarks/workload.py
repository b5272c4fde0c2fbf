"""What is measured: matters of villages, forty indicators over them, and a ruleset of them.

Everything is generated from row numbers, so that every machine measures the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

INDICATORS = 40
CATEGORIES = ("土地", "民生", "工程", "环保", "其他")
CHANNELS = ("来信", "来访", "来电", "网上")


@dataclass(frozen=True)
class Size:
    """A size of township, county or nation."""

    name: str
    villages: int
    matters: int
    format: str


SIZES = {
    "township": Size("township", 20, 2_000, "csv"),
    "county": Size("county", 300, 100_000, "csv"),
    "nation": Size("nation", 700_000, 20_000_000, "parquet"),
}


def conditions() -> list[str]:
    """Return forty conditions, as SQL and as the ruleset language at once."""
    found = []
    for number in range(INDICATORS):
        category = CATEGORIES[number % len(CATEGORIES)]
        channel = CHANNELS[number % len(CHANNELS)]
        kinds = (
            f"category = '{category}' and closed_on is null",
            f"channel = '{channel}' and closed_on > due_on",
            f"first_time and people > {number}",
            f"category = '{category}' and channel = '{channel}'",
            f"not first_time and people between {number} and {number + 9}",
        )
        found.append(kinds[number // 8])
    return found


def write_data(size: Size, folder: Path) -> None:
    """Write villages and matters."""
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    options = "FORMAT csv, HEADER" if size.format == "csv" else "FORMAT parquet"
    connection.execute(
        "COPY (SELECT 'V' || lpad(i::VARCHAR, 6, '0') AS village_id, '村' || i AS name, "
        f"'村' AS kind, 'T' || (i // 100) AS township, 'C' || (i // 2000) AS county "
        f"FROM range({size.villages}) t(i)) TO '{folder}/villages.{size.format}' ({options})"
    )
    connection.execute(
        f"""COPY (
          SELECT 'M' || lpad(i::VARCHAR, 9, '0') AS matter_id,
            'V' || lpad(({mixed(0)} % {size.villages})::VARCHAR, 6, '0') AS village_id,
            ['土地','民生','工程','环保','其他'][1 + {mixed(1)} % 5] AS category,
            ['来信','来访','来电','网上'][1 + {mixed(2)} % 4] AS channel,
            {mixed(3)} % 3 = 0 AS first_time,
            {mixed(4)} % 60 AS people,
            DATE '2025-01-01' + ({mixed(5)} % 365)::INTEGER AS received_on,
            DATE '2025-01-31' + ({mixed(5)} % 365)::INTEGER AS due_on,
            CASE WHEN {mixed(6)} % 10 > 0 THEN DATE '2025-01-01'
              + ({mixed(5)} % 365)::INTEGER + ({mixed(7)} % 45)::INTEGER END AS closed_on
          FROM range({size.matters}) t(i)
        ) TO '{folder}/matters.{size.format}' ({options})"""
    )


def mixed(salt: int) -> str:
    """Return SQL for a number that looks random but follows from the row's number ``i``."""
    return f"((((i + {salt * 7919}) * 2654435761) % 4294967296) // 256)"


REFERENCES = ("take: mean", "take: median, over: 类型", "take: best, nth: 3, without_self: true")
"""What the first lines are compared with, where they are."""


def write_ruleset(folder: Path, *, compared: bool = False) -> None:
    """Write a ruleset with forty indicators and forty score lines.

    Args:
        folder: where it goes.
        compared: whether the first lines go by what others have.
    """
    folder.mkdir(parents=True, exist_ok=True)
    indicators = "\n".join(
        f'  i{n}: {{label: 指标{n}, from: matters, where: "{condition}"}}'
        for n, condition in enumerate(conditions())
    )
    references = REFERENCES if compared else ()
    for n, taken in enumerate(references):
        indicators += f"\n  r{n}: {{label: 尺度{n}, peers: {{of: i{n}, {taken}}}}}"
        indicators += f"\n  above{n}: {{label: 超出{n}, value: 'greatest(0, i{n} - r{n})'}}"
    criteria = "\n".join(
        f"      c{n}: {{label: 考核项{n}, points: 2.5, method: per item, "
        f"deduct: [{{of: {'above' if n < len(references) else 'i'}{n}, each: 0.1}}]}}"
        for n in range(INDICATORS)
    )
    (folder / "ruleset.yaml").write_text(
        RULESET.format(indicators=indicators, criteria=criteria), encoding="utf-8"
    )
    (folder / "clauses.yaml").write_text(
        "source: {title: 基准}\nclauses:\n  B: {ref: 全文, gist: 基准, status: encoded}\n",
        encoding="utf-8",
    )


RULESET = """\
ruleset: benchmark
title: 基准
edition: "1"
effective: {{from: 2025-01-01}}
period: {{from: 2025-01-01, to: 2025-12-31}}
scale: 100
assumed: {{scale: 基准, indicators: 基准, sections: 基准, grades: 基准, rounding: 基准}}
tables:
  villages: {{}}
  matters:
    label: 事项
    period: received_on
    columns:
      matter_id: {{label: 事项编号, required: true}}
      village_id: {{label: 村编号, required: true, refers: villages}}
      category: {{label: 类别, required: true, values: [土地, 民生, 工程, 环保, 其他]}}
      channel: {{label: 渠道, required: true, values: [来信, 来访, 来电, 网上]}}
      first_time: {{label: 初次, type: boolean, required: true}}
      people: {{label: 人数, type: integer, required: true}}
      received_on: {{label: 登记日期, type: date, required: true}}
      due_on: {{label: 期限, type: date, required: true}}
      closed_on: {{label: 办结日期, type: date, event: true}}
indicators:
{indicators}
sections:
  all:
    label: 全部
    clause: B
    criteria:
{criteria}
grades:
  good: {{label: 优秀, from: 80, quota: 20%}}
  fair: {{label: 合格, from: 60}}
  poor: {{label: 不合格, from: 0}}
"""
