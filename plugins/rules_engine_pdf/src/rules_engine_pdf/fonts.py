"""The fonts of an official paper: which are wanted, which are there, which stand in for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules_engine.api import Finding, listed, msg

if TYPE_CHECKING:
    from collections.abc import Iterable

SERIF = ("Noto Serif CJK SC", "Source Han Serif SC", "Source Han Serif CN", "Noto Serif SC",
         "思源宋体", "SimSun", "宋体", "Songti SC", "STSong", "AR PL SungtiL GB")  # fmt: skip
SANS = ("Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC",
        "思源黑体", "Microsoft YaHei", "PingFang SC", "WenQuanYi Zen Hei")  # fmt: skip
LATIN = ("Times New Roman", "Liberation Serif", "Libertinus Serif")
"""The last one comes with Typst."""


@dataclass(frozen=True)
class Wanted:
    """A font that the standard names.

    Attributes:
        name: what people call it.
        same: the families that are this font, by whichever foundry.
        others: families that stand in for it, the best first.
    """

    name: str
    same: tuple[str, ...]
    others: tuple[str, ...]


FONTS = {
    "title": Wanted(
        "方正小标宋简体",
        ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体", "方正小标宋_GBK"),
        ("STZhongsong", "华文中宋", *SERIF),
    ),
    "body": Wanted(
        "仿宋",
        ("FangSong", "仿宋", "FangSong_GB2312", "仿宋_GB2312", "STFangsong", "华文仿宋",
         "FZFangSong-Z02", "FZFangSong-Z02S", "方正仿宋_GBK"),
        SERIF,
    ),
    "heading": Wanted(
        "黑体", ("SimHei", "黑体", "STHeiti", "Heiti SC", "FZHei-B01", "方正黑体_GBK"), SANS
    ),
    "part": Wanted(
        "楷体",
        ("KaiTi", "楷体", "KaiTi_GB2312", "楷体_GB2312", "STKaiti", "Kaiti SC", "FZKai-Z03",
         "方正楷体_GBK", "AR PL KaitiM GB"),
        SERIF,
    ),
    "number": Wanted("宋体", ("SimSun", "宋体", "STSong", "Songti SC"), SERIF),
}  # fmt: skip
"""For each kind of text of a paper, its font."""


@dataclass(frozen=True)
class Choice:
    """What there is.

    Attributes:
        families: for each kind of text its families, the best first.
        missing: each font of the standard that is not there, with the one that stands in for it.
    """

    families: dict[str, list[str]]
    missing: dict[str, str]

    @property
    def chinese(self) -> bool:
        """Return whether there is any font with Chinese characters."""
        return len(self.families["body"]) > 1


def choose(there: Iterable[str]) -> Choice:
    """Return which of the families that are there each kind of text takes.

    Latin letters and figures come from the first family; it has no Chinese characters.
    """
    known = {family.casefold(): family for family in there}
    anything = [*SERIF, *SANS]
    families: dict[str, list[str]] = {}
    missing: dict[str, str] = {}
    for kind, wanted in FONTS.items():
        names = [*LATIN, *wanted.same, *wanted.others, *anything]
        results = dict.fromkeys(known[n.casefold()] for n in names if n.casefold() in known)
        latin = [name for name in results if name in LATIN][:1]
        others = [name for name in results if name not in LATIN]
        families[kind] = latin + others
        if not any(name.casefold() in known for name in wanted.same):
            missing[wanted.name] = others[0] if others else ""
    return Choice(families, missing)


def missing_fonts(choice: Choice) -> Finding:
    """Return what to tell when fonts of the standard are not there."""
    return Finding(
        "fonts-missing",
        msg(
            "the PDF is not in the fonts of GB/T 9704: {missing} are not installed; {others} "
            "stand in for them",
            missing=listed(choice.missing),
            others=listed(dict.fromkeys(filter(None, choice.missing.values()))) or "-",
        ),
        hint=msg("install them, or name their folder with --set fonts=…"),
        severity="warning",
    )


def missing_characters(characters: str) -> Finding:
    """Return what to tell when a PDF has boxes in place of characters."""
    return Finding(
        "characters-missing",
        msg(
            "the PDF shows empty boxes for {count} characters that no font here has: {characters}",
            count=len(characters),
            characters=characters[:20],
        ),
        hint=msg("install a Chinese font such as Noto Serif CJK SC, or name its folder with "
                 "--set fonts=…"),
        severity="warning",
    )  # fmt: skip
