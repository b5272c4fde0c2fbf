"""Reads what is told of a subject, and holds it against what the subject has."""

from __future__ import annotations

import re
from decimal import Decimal

NUMBER = r"−?\d+(?:\.\d+)?"
LAST = re.compile(f"({NUMBER})(?=[^\\d]*$)")
DECIDED = re.compile("；依申诉.*|；触发一票否决：.*")
RESULT = re.compile(f"(得|按扣|扣|加|按|平均|合计)({NUMBER})分计?$")
UNWANTED = {
    "a function of the formula language": r"(?i)\b(?:max|min|months|days|least|greatest|coalesce|"
    r"round|floor|ceil|empty|weekday|workdays|plus_workdays|case|when|pct)\s*\(",
    "brackets of a choice": r"\[[^\]]*[:：]",
    "signs of rounding": "[⌊⌋⌈⌉]",
    "a day in quotes": r"[“‘]\d{4}-\d\d-\d\d",
    "a day as data": r"(?<![\w-])\d{4}-\d\d-\d\d(?![\w-])",
    "doubled signs": r"[+−-]{2}|− −|\+ −",
    "a hyphen for a minus": r"(?<![\w）)/−-])-\d",
    "needless zeros": r"\d\.\d*0(?!\d)(?=分|%|个百分点)",
    "too many places of a percentage": r"\d\.\d{3,}%",
    "comparison signs": "[<>≤≥≠∈]",
    "nothing as a number of points": r"(?<!折算)[扣加]0分",
    "a value beside nothing": r"，不等于0(?![\d.])",
    "a result told again": r"= (\d[\d.]*)；\1(?![\d.])",
    "an empty place": r"None|\{\w*\}",
    "a mark that looks like praise": "[✓✗]",
    "a value as data": r"[一-龥]=\S",
    "a dash for no value": r"[：=]—",
    "a time to the second": r"\d:\d\d:00(?!\d)",
    "letters run into a figure": r"[a-z]\d+[次件项个]",
    "nothing that each one is": r"每1(?:扣|加)",
    "a comparison with nothing": r"(?:访|检查|达标|积案|报|件)大于0(?![\d.%])",
    "a sum of names as a formula": r"为[一-龥]+ \+ [一-龥]+。",
    "a name of the engine": "分类计分合计",
    "a bound that stands for none": "9{6}",
    "a count without its unit": r"(?:触发一票否决：|不符合“[^”]*”，)[一-龥]+\d+"
    r"(?![\d.%年月日次件项个])",
    "spaces around a figure": r"(?:第|得分|责任比例|折合|还差|减少|再有) \d",
    "two colons": r"(?:暂不能评定|不适用)：[^；。（]*：",
    "a share that is divided by one percent": "÷ 1%",
    "a number of a row for the day of a month": "日序",
    "a path of keys": r"[一-龥]\.[一-龥]",
}
"""What nobody should have to read who has never seen a formula."""
SCORE = re.compile(r"总分(?:至多|至少)?−?\d+\.\d+(?: – −?\d+\.\d+)?分")
"""A score has as many places as the ruleset rounds to, so that a column of them lines up."""
ENGLISH = re.compile(r"(?<![\w./-])[A-Za-z]{2,}(?![\w./-])")


def unwanted(text, *, names=()):
    """Return what stands in a Chinese text that should not; names of records may have letters."""
    text = SCORE.sub("总分", text)
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, "甲")
    found = [
        f"{what}: {m[0]!r} in {text}" for what, p in UNWANTED.items() if (m := re.search(p, text))
    ]
    found += [f"English: {m[0]!r} in {text}" for m in [ENGLISH.search(text)] if m]
    return found


def number(text):
    return Decimal(text.replace("−", "-"))


def wrong_account(subject):
    """Return where the steps of a subject, as told, do not add up to its score, as told."""
    wrong = []
    low = sum((step.low for step in subject.account), Decimal(0))
    high = sum((step.high for step in subject.account), Decimal(0))
    if (low, high) != (subject.low, subject.high):
        wrong.append(f"{subject.name}: {low}–{high} for {subject.low}–{subject.high}")
    for step in subject.account:
        nothing = step.text.endswith(("不扣分", "不加分"))
        told = None if nothing else LAST.search(step.text)
        said = number(told[1]) if told else Decimal(0) if nothing else None
        wanted = {abs(step.low), abs(step.high)}
        if step.kind in ("base", "section", "carried") and said not in wanted | {step.high}:
            wrong.append(f"{subject.name}: {step.text} for {step.low}–{step.high}")
    return wrong


def wrong_line(line):
    """Return a line whose working, as told in Chinese, does not arrive at its points."""
    if line.outcome != "scored":
        return []
    told = DECIDED.sub("", line.worked)
    wanted = line.points - line.adjusted
    found = RESULT.search(told)
    if told.endswith(("不扣分", "不加分")):
        got = Decimal(0)
    elif found is None:
        return [f"{line.label}: nothing is told at the end of {line.worked}"]
    else:
        got = number(found[2])
        got = -got if found[1].endswith("扣") else got
    return [] if got == wanted else [f"{line.label}: {got} for {wanted} in {line.worked}"]


def text_of(paper):
    """Yield every text of a paper, its annexes included."""
    yield from (paper.title, paper.addressee, *paper.annex_notes)
    for block in (*paper.blocks, *(b for annex in paper.annexes for b in annex.blocks)):
        if hasattr(block, "rows"):
            yield from (part for row in block.rows for cell in row for part in cell.split("\n"))
        else:
            yield block.text
