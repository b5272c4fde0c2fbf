"""What holds for every assessment, whatever the records are."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from town import VILLAGES, assessed, records, report, total, town

QUICK = settings(
    deadline=None, database=None, max_examples=7, suppress_health_check=list(HealthCheck)
)
KEPT_OUT = st.sets(st.sampled_from(VILLAGES), max_size=2)


@settings(QUICK, max_examples=4)
@given(tables=records(), kept_out=KEPT_OUT, data=st.data())
def test_row_order_and_threads_leave_the_digest_alone(tables, kept_out, data):
    shuffled = {name: data.draw(st.permutations(rows)) for name, rows in tables.items()}
    first, _ = assessed(tables, kept_out)
    assert assessed(shuffled, kept_out, threads=2)[0] == first


@settings(QUICK)
@given(tables=records(), kept_out=KEPT_OUT)
def test_points_stay_within_floor_and_cap(tables, kept_out):
    rules = {rule.id: rule for rule in town().book.criteria}
    for subject in assessed(tables, kept_out)[1].values():
        for line in subject.lines:
            rule = rules[line.criterion]
            floor, cap = Decimal(rule.floor).scaleb(-4), Decimal(rule.cap).scaleb(-4)
            if line.outcome == "scored":
                assert floor <= line.points <= cap
                assert line.floor_applied == (line.raw < floor)
                assert line.cap_applied == (line.raw > cap)
            elif line.outcome == "not_applicable":
                assert line.points == Decimal(rule.worth).scaleb(-4)
            else:
                assert line.points is None
            assert line.low <= line.high


@settings(QUICK)
@given(tables=records(), kept_out=KEPT_OUT)
def test_the_score_is_the_sum_of_the_lines_and_lies_within_its_interval(tables, kept_out):
    for subject in assessed(tables, kept_out)[1].values():
        assert subject.low <= subject.score <= subject.high
        if subject.kind == "village":
            low = sum((line.low for line in subject.lines), Decimal(0))
            high = sum((line.high for line in subject.lines), Decimal(0))
            places = Decimal("0.01")
            assert subject.low == low.quantize(places, ROUND_HALF_UP)
            assert subject.high == high.quantize(places, ROUND_HALF_UP)
        if not subject.blocking and subject.kind == "village":
            assert subject.low == subject.high
            assert subject.score == total(subject).quantize(Decimal("0.01"), ROUND_HALF_UP)


@settings(QUICK)
@given(tables=records(), village=st.sampled_from(VILLAGES), lateness=st.sampled_from([1, None]))
def test_one_more_late_report_never_helps(tables, village, lateness):
    worse = {**tables, "reports": [*tables["reports"], report("x", village, lateness, 0)]}
    before, after = assessed(tables)[1][village], assessed(worse)[1][village]
    points = {line.criterion: line for line in after.lines}
    for line in before.lines:
        if line.points is not None and points[line.criterion].points is not None:
            assert points[line.criterion].points <= line.points
    assert (after.low, after.high) <= (before.low, before.high)


@settings(QUICK)
@given(tables=records(), kept_out=KEPT_OUT)
def test_quotas_are_kept_and_nobody_is_graded_over_a_better_one(tables, kept_out):
    villages = [s for s in assessed(tables, kept_out)[1].values() if s.kind == "village"]
    for group in {v.group for v in villages}:
        inside = [v for v in villages if v.group == group]
        excellent = [v for v in inside if v.grade == "优秀"]
        assert len(excellent) <= len(inside) * 2 // 5
        for village in excellent:
            assert village.band == "优秀"
            rivals = [v for v in inside if v.grade == "良好" and v.band == "优秀"]
            altered = ("降等", "末位")
            assert all(r.score < village.score or set(r.sanctions) & set(altered) for r in rivals)


@settings(QUICK)
@given(tables=records(), village=st.sampled_from(VILLAGES))
def test_a_row_kept_out_widens_the_interval_around_what_it_was(tables, village):
    whole, without = assessed(tables)[1][village], assessed(tables, {village})[1][village]
    assert without.low <= whole.low <= whole.high <= without.high
