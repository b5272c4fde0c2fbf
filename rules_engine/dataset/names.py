"""Names of tables and columns: how they are matched, and which ones name a person."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

from rules_engine.model.naming import normal

if TYPE_CHECKING:
    from collections.abc import Iterable

_NO_COUNT = "(?!数|次|均|群|员数)"
_PERSON_ZH = re.compile(
    "身份[证證]|证件|身份号码|公民身份|电话|電話|手机|手機|联系方式|联系号码|联系人|联络人|聯繫|姓名|住址"
    "|家庭地址|^户籍$|户籍地|通讯地址|通信地址"
    "|联系地址|^地址[0-9]?$|详细地址|居住地|^住[所处]$|微信|邮箱|电子邮件|护照|银行卡|社保[卡号]|医保[卡号]|出生日期|出生年月|曾用名|真名|^名字$"
    "|(?:信访|上访|来访|来信|来电|写信|投诉|举报|反映|当事|申诉|控告|诉求|求助|申请|重点|监护)"
    f"人{_NO_COUNT}|(?:户主|家属|亲属|代表人|配偶){_NO_COUNT}"
    f"|[信上]访(?:者|老户)|[信上来]访(?:户|群众|人员){_NO_COUNT}|来访者|稳控(?:对象|人员)|^(?:qq|wechat)(?:号码?)?$"
)
_COUNTED_ZH = re.compile("(?:数|数量|人数|次数|户数|件数|率|比例|占比|得分|满意度)$")
_KEPT_COUNTING = re.compile("身份证|证件|身份号码|公民身份|护照|银行卡")
_PERSON_EN = re.compile(
    r"(?:^|_)(?:id_?card|id_?no|id_?num|id_?number|national_?id|identity(?:_?\w+)?|passport"
    r"|(?:mobile_?|cell_?)?phone|mobile|cell|tel|telephone|wechat|whatsapp|contact|ssn"
    r"|(?:home_?|living_?)?addr(?:ess)?|residence"
    r"|e_?mail|mailbox|qq|householder|guardian|relatives?|spouse|alias|nick_?name"
    r"|(?:full|real|person|citizen|resident|villager|applicant|petitioner|complainant|visitor)_?name"
    r"|first_?name|last_?name|surname|birth_?date|birthday|dob"
    r"|petitioners?|complainants?|visitors?)(?:_?(?:no|number|id))?(?:_|\d|$)"
)
_PINYIN = re.compile(
    r"(?:^|_)(?:[a-z]{0,6}(?:sfz(?:h|hm|jh|jhm)?|lxdh|lxfs|sjhm?|dhhm|yddh)"
    r"|(?:xfr|sfr|lfr|lxr|dsr|ssr|tsr|fyr)(?:xm|mc|dh|zz|sfz[a-z]{0,2})?|gmsfhm|txdz|hjd"
    r"|xm|dh|zjhm?|jtzz|hjdz|csrq|csny|yhkh|cym|hzxm|weixin|weixinhao|wxh|shenfenzheng(?:hao(?:ma)?)?"
    r"|xingming|dianhua|shouji(?:hao(?:ma)?)?|lianxi(?:dianhua|ren|fangshi)|zhuzhi|zhudi|dizhi|youxiang|huzhu"
    r"|jiashu|jianhuren|daibiaoren|xiexinren|cengyongming)(?:_|\d|$)"
)
"""Chinese words by their first letters, or spelt out: 身份证号 as sfzh, 联系电话 as lxdh."""
_COUNT_EN = re.compile(r"_(?:count|number|total|rate)s?$|^(?:count|number|total)_")
_COUNTED_PERSON = re.compile(r"(?:^|_)(?:petitioners?|complainants?|visitors?)(?:_|$)")


_AMOUNT = re.compile(
    r"金额|资金|经费|款|补偿|赔偿|预算|决算|支出|收入|产值|投资|[（(](?:万|亿)?元[)）]|(?:万|亿)元$"
    r"|(?:^|_)(?:amount|sum|total|budget|cost|price|fund|income|expense|yuan|rmb|cny)s?(?:_|\d|$)"
)


def nearest(name: str, candidates: Iterable[str]) -> str:
    """Return the candidate that looks most like ``name``, or nothing."""
    by_normal = {normal(c): c for c in candidates}
    result = difflib.get_close_matches(normal(name), by_normal, n=1, cutoff=0.5)
    return by_normal[result[0]] if result else ""


def names_a_person(name: str) -> bool:
    """Return whether a column or table of this name would hold who somebody is.

    Counts of people, such as ``信访人次`` or ``petitioner_count``, name nobody.
    """
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    plain = re.sub(r"[\s_\-.]+", "", normal(name))
    tokens = re.sub(r"[^0-9a-z]+", "_", normal(spaced))
    if _PERSON_ZH.search(plain):
        return not _COUNTED_ZH.search(plain) or bool(_KEPT_COUNTING.search(plain))
    if _COUNTED_PERSON.search(tokens) and _COUNT_EN.search(tokens):
        return False
    return (_PERSON_EN.search(tokens) or _PINYIN.search(tokens)) is not None


def names_an_amount(name: str) -> bool:
    """Return whether a column of this name holds sums of money."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return _AMOUNT.search(re.sub(r"[\s\-.]+", "_", normal(spaced))) is not None
