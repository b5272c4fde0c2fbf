"""Tells whether a label is about watching or stopping people who petition.

Single characters do not tell: 衔接回访 is no 接回, and 监控 is a camera as well. Of words that are
also said of things and of matters it decides what stands beside them, and what is counted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules_engine.model.naming import normal

if TYPE_CHECKING:
    from collections.abc import Callable

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
PETITIONS = re.compile(r"信访|来访|越级|非访|走访")
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
        if not of_others and (PETITIONS.search(rest) or of_petitions()):
            return match[0]
    return None
