"""The records that the kit has a source deliver: small, and as odd as records really are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

NAMES = ("东村", "西村（新）", "𠮷岭村", "Ñandú «ä»", 'O\'Neill, "B"', "قرية", "村\u200d①")
"""Outside the basic plane, quotes, commas, right to left, joined: all of them are names."""


def _table(columns: dict[str, list[str | None]]) -> pa.Table:
    import pyarrow as pa

    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})


def villages(names: tuple[str, ...] = NAMES) -> pa.Table:
    """Return the table 村: a village for each name."""
    return _table(
        {
            "村编号": [f"V{i}" for i in range(len(names))],
            "村名": list(names),
            "乡镇": ["某某镇"] * len(names),
            "类型": ["村"] * len(names),
        }
    )


def cases(received: tuple[str, ...] = ("2025-02-10", "2025-05-06", "2025-12-31")) -> pa.Table:
    """Return the table 信访事项: a case for each day of receipt, the last one still open."""
    count = len(received)
    return _table(
        {
            "信访件编号": [f"C{i}" for i in range(count)],
            "村编号": [f"V{i % len(NAMES)}" for i in range(count)],
            "受理登记日期": list(received),
            "办理期限": ["2026-01-31"] * count,
            "办结日期": [*["2026-01-15"] * (count - 1), None][:count],
        }
    )


def numbered(ids: list[str | None]) -> pa.Table:
    """Return the table 信访事项 with these numbers of cases, or without one."""
    import pyarrow as pa

    table = cases(tuple("2025-02-10" for _ in ids))
    return table.set_column(0, "信访件编号", pa.array(ids, pa.string()))


def numbered_villages(numbers: list[str]) -> pa.Table:
    """Return the table 村 with these texts as ids, as names and as the names of townships."""
    columns: dict[str, list[str | None]] = {
        label: [*numbers] for label in ("村编号", "村名", "乡镇")
    }
    return _table({**columns, "类型": ["村"] * len(numbers)})


def many_cases(rows: int) -> pa.Table:
    """Return the table 信访事项 with that many rows."""
    import pyarrow as pa
    import pyarrow.compute as pc

    constant = {"受理登记日期": "2025-02-10", "办理期限": "2025-04-10", "办结日期": "2025-03-01"}
    numbers = pa.array(range(rows)).cast(pa.string())
    villages_of = pa.array([f"V{i}" for i in range(len(NAMES))] * (rows // len(NAMES) + 1))
    columns = {
        "信访件编号": pc.binary_join_element_wise("C", pc.utf8_lpad(numbers, 9, "0"), ""),
        "村编号": villages_of[:rows],
        **{name: pa.repeat(value, rows) for name, value in constant.items()},
    }
    return pa.table(columns)


def with_persons() -> pa.Table:
    """Return cases with a column that no source may deliver, and the engine must see."""
    import pyarrow as pa

    table = cases()
    return table.append_column("身份证号", pa.array(["11010119900307853X"] * table.num_rows))


SAMPLE = {"村": villages, "信访事项": cases}
"""The tables of the sample, by label, each made when it is called."""
