"""Appeals in the store: decided once, and never in between."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from rules_engine.errors import StoreError
from rules_engine.model.appeal import Appeal, EvidenceItem, Overlay
from rules_engine.model.subjects import SubjectKind
from rules_engine.store.appeals import Superseded
from rules_engine.store.connection import connect, writing
from rules_engine.store.location import locate
from rules_engine.store.schema import REVISIONS, migrate
from tests.unit.store.conftest import make_run, record_of

if TYPE_CHECKING:
    from pathlib import Path

    from rules_engine.model.run import StoredRun
    from rules_engine.store import Store

NOW = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.fixture
def published(store: Store) -> StoredRun:
    run = make_run(store)
    for verb in ("review", "publish"):
        run = store.life.take(run, verb, "reason")
    return run


def dispute(store: Store, run: StoredRun, line: str = "line", days: int | None = None) -> Appeal:
    wanted = Appeal(
        0, run.record.id, SubjectKind.VILLAGE, "v1", "东村", line, "按时报送", "未迟报", NOW, ""
    )
    return store.appeals.open(wanted, days)


def decide(store: Store, appeal: Appeal, parent: str, **changes: object) -> StoredRun:
    with store.appeals.corrected_run(Overlay(parent, appeal.number), "属实") as draft:
        (draft.folder / "results.parquet").write_bytes(b"x")
        return draft.commit(record_of(draft, parent=parent, **changes))


def codes(error: pytest.ExceptionInfo[StoreError]) -> list[str]:
    return [finding.code for finding in error.value.findings]


def test_an_appeal_is_kept_with_its_evidence(store: Store, published: StoredRun) -> None:
    first, second = dispute(store, published), dispute(store, published, "other")
    assert (first.number, second.number) == (1, 2)
    store.appeals.add_evidence(1, EvidenceItem(NOW, "", "会议记录"))
    store.appeals.add_evidence(1, EvidenceItem(NOW, "", "", "函.pdf", "ab" * 32, 12))
    kept = store.appeals.get(1)
    assert [(i.text, i.file, i.size) for i in kept.evidence] == [
        ("会议记录", None, None),
        ("", "函.pdf", 12),
    ]
    assert kept.opened_by and kept.evidence[0].by
    assert store.appeals.all(published.record.id) == [kept, second]
    acts = [e.act for e in store.audit.entries(published.record.id)][3:]
    assert acts == ["appeal-opened", "appeal-opened", "appeal-evidence", "appeal-evidence"]
    assert store.audit.check() == []


def test_a_decision_and_its_run_are_stored_together(store: Store, published: StoredRun) -> None:
    appeal = dispute(store, published)
    made = decide(store, appeal, published.record.id)
    kept = store.appeals.get(1)
    assert (kept.status, kept.result, kept.decision_reason) == ("adjusted", made.record.id, "属实")
    assert made.record.parent == published.record.id
    assert [e.act for e in store.audit.entries()][-2:] == ["stored", "appeal-adjusted"]
    assert store.audit.check() == []
    with pytest.raises(StoreError) as caught:
        decide(store, appeal, made.record.id)
    assert codes(caught) == ["appeal-decided"]
    with pytest.raises(StoreError) as caught:
        store.appeals.reject(1, "x")
    assert codes(caught) == ["appeal-decided"]
    assert len(store.list_runs()) == 2
    assert len(list(store.location.runs.iterdir())) == 2


def test_a_decision_on_what_is_not_the_newest_run_is_computed_anew(
    store: Store, published: StoredRun
) -> None:
    first, second = dispute(store, published), dispute(store, published, "other")
    made = decide(store, first, published.record.id)
    with pytest.raises(Superseded):
        decide(store, second, published.record.id)
    assert store.appeals.get(2).status == "open"
    assert store.appeals.newest_run(2) == made.record.id
    assert decide(store, second, made.record.id).record.parent == made.record.id
    assert len(list(store.location.runs.iterdir())) == 3


def test_days_for_appeals_are_over(
    store: Store, published: StoredRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC).replace(year=datetime.now(UTC).year + 1)

    dispute(store, published, days=1)
    monkeypatch.setattr("rules_engine.store.appeals.datetime", Later)
    with pytest.raises(StoreError) as caught:
        dispute(store, published, "other", days=300)
    assert codes(caught) == ["appeal-too-late"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE appeals SET reason = 'x'",
        "DELETE FROM appeals",
        "UPDATE evidence SET text = 'x'",
        "DELETE FROM evidence",
    ],
)
def test_the_database_refuses_to_change_what_was_decided(
    store: Store, published: StoredRun, url: str, tmp_path: Path, statement: str
) -> None:
    dispute(store, published)
    store.appeals.add_evidence(1, EvidenceItem(NOW, "", "会议记录"))
    store.appeals.reject(1, "x")
    engine = connect(locate(url, tmp_path))
    refused = pytest.raises(sa.exc.DBAPIError, match=r"not changed|only added")
    with refused, writing(engine) as connection:
        connection.execute(sa.text(statement))
    engine.dispose()


def test_a_decision_changed_by_hand_is_found(
    store: Store, published: StoredRun, url: str, tmp_path: Path
) -> None:
    dispute(store, published)
    engine = connect(locate(url, tmp_path))
    with writing(engine) as connection:
        connection.execute(sa.text("UPDATE appeals SET status = 'rejected'"))
    engine.dispose()
    (finding,) = store.audit.check()
    assert finding.code == "audit-appeal"


@pytest.mark.parametrize("revision", REVISIONS[:-1])
def test_runs_survive_an_older_program(
    store: Store, published: StoredRun, url: str, tmp_path: Path, revision: str
) -> None:
    """With a sealed run and a decision, down to an older version and here again."""
    made = decide(store, dispute(store, published), published.record.id)
    store.appeals.add_evidence(
        dispute(store, published, "other").number, EvidenceItem(NOW, "", "x")
    )
    store.appeals.reject(2, "x")
    for verb in ("review", "publish", "seal"):
        made = store.life.take(made, verb, "x")
    engine = connect(locate(url, tmp_path))
    for target in (revision, REVISIONS[-1]):
        with writing(engine) as connection:
            migrate(connection, target)
    engine.dispose()
    assert [(r.id, r.status) for r in store.list_runs()] == [
        (made.record.id, "sealed"),
        (published.record.id, "published"),
    ]
    if revision < "0003":
        assert [e.act for e in store.audit.entries()] == ["adopted", "adopted"]
        assert store.audit.check() == []


def test_a_disputed_or_corrected_run_is_not_sealed(store: Store, published: StoredRun) -> None:
    appeal = dispute(store, published)
    with pytest.raises(StoreError) as caught:
        store.life.take(published, "seal", "reason")
    assert codes(caught) == ["run-disputed"]
    made = decide(store, appeal, published.record.id)
    with pytest.raises(StoreError) as caught:
        store.life.take(published, "seal", "reason")
    assert codes(caught) == ["run-corrected"]
    dispute(store, published, "other")
    for verb in ("review", "publish"):
        made = store.life.take(made, verb, "reason")
    with pytest.raises(StoreError) as caught:  # an appeal against the run that it corrects
        store.life.take(made, "seal", "reason")
    assert codes(caught) == ["run-disputed"]
    store.appeals.reject(2, "x")
    assert store.life.take(made, "seal", "reason").record.status == "sealed"
    with pytest.raises(StoreError) as caught:
        dispute(store, made)
    assert codes(caught) == ["appeal-not-now"]
