"""Guards the rights of those who petition: what a ruleset may not count, hold or reward."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from rules_engine.dataset.names import names_a_person
from rules_engine.errors import Finding
from rules_engine.messages import msg
from rules_engine.model.naming import normal
from rules_engine.model.table import named
from rules_engine.ruleset.grammar import ROOT, Grammar, value_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rules_engine.model.plugin import Method
    from rules_engine.ruleset.read import Ruleset
    from rules_engine.yamltext.read import KeyPath

PETITIONERS = re.compile(
    "信访人|上访人|来访人|缠访人|访民|[信上来]访(?:户|群众|人员)|petitioner", re.IGNORECASE
)
PETITIONS = ("cases", "visits")
OFFICIAL_TABLES = frozenset({"cadres", "villages", "assignments", "duties"})


def check_rights(ruleset: Ruleset, methods: Mapping[str, Method]) -> list[Finding]:
    """Return findings for what stops people or identifies them.

    Rules that punish lawful petitions are found by ``checks/lawful_petitions``, which knows what
    is counted.
    """
    findings = []
    grammar = Grammar(methods)
    for path, text in _called(ruleset):
        word = stopping_in(text, partial(_of_petitions, ruleset, grammar, path))
        if word:
            findings.append(
                Finding(
                    "rights-stopping",
                    msg("“{label}” counts watching or stopping people (“{word}”)",
                        label=text, word=word),
                    ruleset.source.place(path),
                    msg("assess how matters were settled, never how people were held back"),
                )
            )  # fmt: skip
    findings += [*_clauses(ruleset), *_called_petitioners(ruleset)]
    for table, spec in ruleset.document.tables.items():
        if spec is None or table in OFFICIAL_TABLES:
            continue
        for name, column in spec.columns.items():
            if names_a_person(name) or names_a_person(column.label or ""):
                findings.append(
                    Finding(
                        "rights-personal-column",
                        msg("column “{name}” would identify a petitioner", name=name),
                        ruleset.source.place(("tables", table, "columns", name), key=True),
                        msg("a case is known by its number; remove the column"),
                    )
                )
    return findings


def _clauses(ruleset: Ruleset) -> Iterator[Finding]:
    for name, clause in ruleset.clauses.clauses.items():
        word = clause.status == "encoded" and stopping_in(clause.gist, lambda: True)
        if word:
            yield Finding(
                "rights-stopping",
                msg("clause “{name}” asks for watching or stopping people (“{word}”)",
                    name=name, word=word),
                ruleset.clause_source.place(("clauses", name, "gist")),
                msg("see that nothing of it is scored; a clause of that kind is excluded"),
                "warning",
            )  # fmt: skip


def _called(ruleset: Ruleset) -> Iterator[tuple[KeyPath, str]]:
    """Yield what readers and records call something: title, labels, values of columns, names."""
    for path, text in ruleset.source.scalars.items():
        if path[-1:] == ("label",) or path == ("title",) or "values" in path:
            yield path, text
    grouped = {key for key, at in Grammar().fields(ROOT).items() if at.holds_parts}
    for path in ruleset.source.keys:
        if path[0] in grouped and not str(path[-1]).isascii():
            yield path, str(path[-1])


def _of_petitions(ruleset: Ruleset, grammar: Grammar, path: KeyPath) -> bool:
    """Return whether what a label names is counted in records of petitions, or is one of them."""
    document = ruleset.document
    if path[0] == "tables":
        return path[1] in PETITIONS
    if path[0] == "indicators":
        return _indicator_of_petitions(ruleset, str(path[1]), frozenset())
    if path[0] == "pay" and len(path) > 3:
        part = value_at(ruleset.source.value, path[:4])
        asked = (part.get("of"), part.get("when")) if isinstance(part, dict) else ()
        return _named_petitions(ruleset, str(asked))
    if path[0] == "sections" and len(path) > 3:
        section = document.sections.get(str(path[1]))
        line = section.criteria.get(str(path[3])) if section else None
        fields = line.model_extra or {} if line else {}
        text = str(list(fields.values()))
        root = ruleset.source.value
        written = grammar.walk(value_at(root, path[:4]), grammar.at(root, path[:4]))
        if any(
            _counts_petitions(ruleset, value)
            for _, value, at in written
            if at and at.facts.holds == "table"
        ):
            return True
        return _named_petitions(ruleset, text)
    return False


def _named_petitions(ruleset: Ruleset, text: str) -> bool:
    """Return whether a text names an indicator that counts petitions."""
    return any(
        _named_in(text, name, spec.label) and _indicator_of_petitions(ruleset, name, frozenset())
        for name, spec in ruleset.document.indicators.items()
    )


def _indicator_of_petitions(ruleset: Ruleset, name: str, within: frozenset[str]) -> bool:
    """Return whether an indicator counts petitions, or says how many others have."""
    known = ruleset.document.indicators
    spec = known.get(name)
    if spec is None or name in within:
        return False
    if spec.peers is None:
        return _counts_petitions(ruleset, spec.from_)
    return any(
        _indicator_of_petitions(ruleset, other, within | {name})
        for other, one in known.items()
        if _named_in(spec.peers.of, other, one.label)
    )


def _named_in(text: str, name: str, label: str) -> bool:
    return bool(re.search(rf"(?<!\w){re.escape(name)}(?!\w)|{re.escape(label)}", text))


def _counts_petitions(ruleset: Ruleset, table: object) -> bool:
    counted = (t for n, t in ruleset.tables.items() if n in PETITIONS)
    return isinstance(table, str) and named(table, counted) is not None


def _called_petitioners(ruleset: Ruleset) -> list[Finding]:
    """Return a finding where those assessed are called petitioners, or people to be watched."""
    assessed, villages = ruleset.document.assessed, ruleset.document.tables.get("villages")
    labels: list[tuple[KeyPath, str | None]] = []
    if assessed:
        labels += [(("assessed",), text) for text in (*assessed.zh, *assessed.en)]
    labels.append((("tables", "villages", "label"), villages.label if villages else None))
    return [
        Finding(
            "petitioners-assessed",
            msg("“{noun}” would make petitioners those who are assessed", noun=text),
            ruleset.source.place(path),
            msg("assessed are villages, units and officials, never those who petition"),
        )
        for path, text in labels
        if text and (PETITIONERS.search(text) or stopping_in(text, lambda: True))
    ]


ABOUT_PEOPLE = re.compile(
    r"劝返(?!复?学|复?课|校)|(?:[拦截堵卡阻]|(?<!防)控)访(?![问谈查视])|(?<![信消讯利休])息访(?!问|谈)|罢访"
    r"|盯防(?![汛火疫灾旱风溺滑])|(?<!平)稳控(?!制|物价|价格|房价|生产)"
    r"|重点人员(?!密集|聚集|集中)"
)
"""What is said of people only; beside it, what the same characters are in other words."""
ABOUT_OTHERS_TOO = re.compile(
    r"(?<![直衔对迎承连间])接回(?![访复应答电])|(?<!规)劝回|跟踪|监控|拦截|堵截|遣返|遣送|接返|押返|送返"
    r"|(?<!携)带[离回]|领回|布控|吸附|看管|训诫"
)
"""What is said of people, and of things or matters as well."""
FORBIDDEN = re.compile(
    r"(?:违规|违法|非法|不得|不准|不许|不搞|严禁|禁止|杜绝|制止|纠正|零|未发生|没有发生|无(?!人))"
    r"[^，。；,;]{0,8}$"
)
"""Before a word: that it is not done is what is wanted."""
PEOPLE = re.compile(
    r"信访人|上访|访民|[信来]访户|群众|人次|老户|对象|重点人|缠访|闹访|进京|(?<!工作)(?<!专职)人员"
)
MATTERS = re.compile(
    r"督办|督查|督导|问效|问责|回访|办理|落实|化解|反馈|问题|整改|事项|案件|[信积]案|信访件|服务|评估|审计"
    r"|调查|项目|资金|工程|进度|矛盾|纠纷|诉求|意见"
)
THINGS = re.compile(
    r"探头|摄像|视频|设备|设施|系统|平台|水质|水位|水库|河|空气|扬尘|环境|汛|火|森林|食品|药品|价|污|垃圾|洪"
    r"|疫|病虫|质量|安全|交通|治安|道路|卡口|天网|雪亮|能耗|成本|漂浮|活性炭|留守|儿童"
)
ABOUT_PETITIONS = re.compile(r"信访|来访|越级|非访|走访")
_FILLED = re.compile(r"[\s·•・.*_~—–-]+")
"""What is put between the characters of a word, and read over."""
_SIMPLE = str.maketrans(
    "攔訪勸穩監蹤遣對員點眾衆進鬧纏違規嚴準許無發糾領帶離訓誡級來項問題檢復調",
    "拦访劝稳监踪遣对员点众众进闹缠违规严准许无发纠领带离训诫级来项问题检复调",
)
"""Traditional characters of the words here."""


def stopping_in(text: str, of_petitions: Callable[[], bool] = bool) -> str | None:
    """Return the word by which a label is about stopping or watching people, if it is.

    Args:
        text: the label.
        of_petitions: tells whether what it names is counted in records of petitions.
    """
    text = _FILLED.sub("", normal(text)).translate(_SIMPLE)
    for match in ABOUT_PEOPLE.finditer(text):
        if not FORBIDDEN.search(text[: match.start()]):
            return match[0]
    for match in ABOUT_OTHERS_TOO.finditer(text):
        rest = text[: match.start()] + "，" + text[match.end() :]
        of_others = MATTERS.search(rest) or THINGS.search(rest)
        if FORBIDDEN.search(text[: match.start()]):
            continue
        if PEOPLE.search(rest):
            return match[0]
        if not of_others and (ABOUT_PETITIONS.search(rest) or of_petitions()):
            return match[0]
    return None
