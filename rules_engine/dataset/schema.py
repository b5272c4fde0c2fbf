"""The standard tables. A ruleset says which of them it reads and may add columns and tables."""

from __future__ import annotations

from rules_engine.model.table import Column, Order, TableSchema

LEVELS = ("村", "乡", "县", "市", "省", "京")

VILLAGES = TableSchema(
    "villages",
    "村",
    (
        Column("village_id", "村编号", required=True),
        Column("name", "村名", required=True),
        Column("township", "乡镇"),
        Column("county", "县区"),
        Column("kind", "类型", required=True, values=("村", "社区", "单位")),
    ),
)

CADRES = TableSchema(
    "cadres",
    "干部",
    (
        Column("cadre_id", "干部编号", required=True),
        Column("name", "干部姓名", required=True),
        Column("post", "职务"),
        Column("unit", "单位"),
    ),
)

ASSIGNMENTS = TableSchema(
    "assignments",
    "责任分工",
    (
        Column("assignment_id", "分工编号", required=True),
        Column("cadre_id", "干部编号", required=True, refers="cadres"),
        Column("village_id", "村编号", required=True, refers="villages"),
        Column("case_id", "信访件编号", refers="cases"),
        Column("role", "责任角色", required=True),
        Column("from_on", "起始日期", "date", event=True),
        Column("to_on", "截止日期", "date", event=True),
    ),
    orders=(Order("from_on", "to_on"),),
)

CASES = TableSchema(
    "cases",
    "信访事项",
    (
        Column("case_id", "信访件编号", required=True),
        Column("village_id", "村编号", required=True, refers="villages"),
        Column("category", "类别"),
        Column("channel", "渠道", values=("来信", "来访", "来电", "网上", "交办")),
        Column("first_time", "初信初访", "boolean"),
        Column("repeat", "重复信访", "boolean"),
        Column("collective", "集体访", "boolean"),
        Column("assigned_by", "交办机关"),
        Column("received_on", "受理登记日期", "date", required=True),
        Column("due_on", "办理期限", "date"),
        Column("accepted_on", "受理告知日期", "date", event=True),
        Column("closed_on", "办结日期", "date", event=True),
        Column("outcome", "办理结果", values=("化解", "答复", "上交", "激化", "在办")),
        Column("satisfied", "群众满意", "boolean"),
        Column("reviewed", "复查复核结果", values=("未申请", "维持", "撤销", "责令重办")),
        Column("cadre_id", "包案干部编号", refers="cadres"),
        Column("has_team", "包案班子", "boolean"),
        Column("has_plan", "化解方案", "boolean"),
        Column("has_measures", "化解措施", "boolean"),
        Column("has_method", "化解办法", "boolean"),
        Column("cause", "起因"),
        Column("occurred_on", "发生时间", "date"),
        Column("place", "地点"),
        Column("unit", "涉及单位"),
        Column("people", "涉及人数", "integer"),
        Column("development", "事态发展"),
        Column("mediation", "调处情况"),
    ),
    period="received_on",
    orders=(
        Order("received_on", "accepted_on"),
        Order("received_on", "due_on"),
        Order("received_on", "closed_on"),
        Order("occurred_on", "received_on"),
    ),
)

VISITS = TableSchema(
    "visits",
    "走访",
    (
        Column("visit_id", "走访编号", required=True),
        Column("village_id", "村编号", required=True, refers="villages"),
        Column("case_id", "信访件编号", refers="cases"),
        Column("level", "层级", required=True, values=LEVELS),
        Column("visited_on", "走访日期", "date", required=True),
        Column("people", "人数", "integer"),
        Column("collective", "集体访", "boolean"),
        Column("irregular", "非正常", "boolean"),
        Column("skipped_level", "越级", "boolean"),
    ),
    period="visited_on",
)

REPORTS = TableSchema(
    "reports",
    "排查报告",
    (
        Column("report_id", "报告编号", required=True),
        Column("village_id", "村编号", required=True, refers="villages"),
        Column(
            "kind",
            "报告种类",
            required=True,
            values=("日", "三日", "周", "周三", "半月", "月", "急"),
        ),
        Column("period", "所属期"),
        Column("due_at", "应报时间", "timestamp", required=True, day_means="end"),
        Column("submitted_at", "上报时间", "timestamp", event=True),
        Column("items_found", "排查件数", "integer"),
        Column("items_settled", "化解件数", "integer"),
    ),
    period="due_at",
)

DUTIES = TableSchema(
    "duties",
    "值班",
    (
        Column("duty_id", "值班编号", required=True),
        Column("cadre_id", "干部编号", required=True, refers="cadres"),
        Column("duty_on", "值班日期", "date", required=True),
        Column("kind", "值班种类", required=True),
        Column("present", "在岗", "boolean"),
        Column("reachable", "联络畅通", "boolean"),
    ),
    period="duty_on",
)

CHECKS = TableSchema(
    "checks",
    "检查",
    (
        Column("check_id", "检查编号", required=True),
        Column("village_id", "村编号", refers="villages"),
        Column("cadre_id", "干部编号", refers="cadres"),
        Column("item", "检查项目", required=True),
        Column("met", "达标", "boolean"),
        Column("points", "分值", "decimal"),
        Column("checked_on", "检查日期", "date", required=True),
        Column("checked_by", "检查人"),
    ),
    period="checked_on",
)

RATINGS = TableSchema(
    "ratings",
    "测评",
    (
        Column("rating_id", "测评编号", required=True),
        Column("village_id", "村编号", refers="villages"),
        Column("cadre_id", "干部编号", refers="cadres"),
        Column("rater_kind", "测评人类别", required=True),
        Column("score", "评分", "decimal", required=True),
        Column("rated_on", "测评日期", "date", required=True),
    ),
    period="rated_on",
)

JUDGEMENTS = TableSchema(
    "judgements",
    "酌情评分",
    (
        Column("judgement_id", "评分编号", required=True),
        Column("village_id", "村编号", refers="villages"),
        Column("cadre_id", "干部编号", refers="cadres"),
        Column("item", "评分项目", required=True),
        Column("points", "酌情分值", "decimal", required=True),
        Column("judged_by", "评定人", required=True),
        Column("reason", "评定理由", required=True),
        Column("judged_on", "评定日期", "date", required=True),
    ),
    period="judged_on",
)
"""Points within a range that an official of the office sets, with the reason."""

STANDARD_TABLES: dict[str, TableSchema] = {
    table.name: table
    for table in (
        VILLAGES, CADRES, ASSIGNMENTS, CASES, VISITS, REPORTS, DUTIES, CHECKS, RATINGS, JUDGEMENTS
    )
}  # fmt: skip
