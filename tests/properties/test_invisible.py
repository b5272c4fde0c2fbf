"""What nobody sees in a text changes nothing: not what is stored, not what refers to it."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules_engine.dataset.schema import STANDARD_TABLES
from rules_engine.engines.duckdb_engine import DuckDBSession
from rules_engine.ingest import parsing, take_in
from rules_engine.model.naming import BLANKS, INVISIBLE_RANGES, SPACES, plain_text
from rules_engine.model.plugin import SourceTable

quick = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
unseen = st.sampled_from([chr(c) for ends in INVISIBLE_RANGES for c in ends])
spaces = st.sampled_from([*BLANKS.replace("-", ""), *SPACES.replace("-", "")])
some_text = st.lists(
    st.one_of(unseen, spaces, st.sampled_from("甲村aV1.'\"—"), st.characters(codec="utf-8")),
    max_size=9,
).map("".join)


@pytest.fixture(scope="module")
def session():
    opened = DuckDBSession(threads=1)
    yield opened
    opened.close()


@quick
@given(texts=st.lists(some_text, min_size=1, max_size=20))
def test_intake_reads_a_text_as_names_are_read(session, texts):
    texts = [text.replace("\0", "") for text in texts]
    session.register("_some", pa.table({"v": pa.array(texts, pa.string())}))
    found = session.query(f"SELECT {parsing.cleaned('v', 'text')} AS v FROM _some")
    assert found["v"].to_pylist() == [plain_text(text) or None for text in texts]


TABLES = {
    "villages": {"village_id": "V1", "name": "甲村", "kind": "社区"},
    "cases": {"case_id": "C1", "village_id": "V1", "received_on": "2025-03-05", "repeat": "是",
              "channel": "来访", "people": "12", "cause": "宅基地"},
}  # fmt: skip


@settings(quick, max_examples=15)
@given(data=st.data())
def test_unseen_characters_in_headings_and_values_change_nothing(session, tmp_path, data):
    def disturbed(text):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(unseen) + text[at:]
        return data.draw(st.sampled_from(["", " ", "\u00a0", "\u3000"])) + text + data.draw(spaces)

    schemas = {name: STANDARD_TABLES[name] for name in TABLES}

    def stored(change):
        sources = [
            SourceTable(
                change(name), f"{name}.csv",
                batches=pa.table({change(n): [change(v)] for n, v in row.items()}).to_reader,
            )
            for name, row in TABLES.items()
        ]  # fmt: skip
        return take_in(sources, schemas, frozenset(), tmp_path / "snapshot", session)

    plain, odd = stored(str), stored(disturbed)
    assert odd.quarantine == ()
    assert odd.fingerprint == plain.fingerprint
