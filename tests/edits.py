"""Edits of a text that anybody might make, or nobody: by chance, but the same for the same seed."""

from __future__ import annotations

import random
import re

NASTY = (
    "&a", "*a", "!!python/object:os.system", "!x", "<<: *a", "\t", "\x00", "\x85", "\u2028",
    "\ufeff", "- - - - - x", "? [a]", "[[[[", "{{{{", "}", "]", "'", '"', "|", ">-", "# ", ": ",
    ",", "%", "---", "null", "~", "true", "no", "{}", "[]", "''", "2025-02-30", "0x1F", "1e400",
    "-0", "９０％", "9" * 40, "9" * 5000, "0." + "1" * 50, "-1", "0%", "1000%", "x" * 3000,
    "(" * 400, "([" * 200, "a.b.c.d", "select 1", "1/0", "; drop table villages", "-- ", "/* ",
    "名", "“”", "case", "__", "closed_rate + closed_rate", "model", "report_trouble",
    "band = 'Poor'", "not not not calm",
)  # fmt: skip
VALUE = r"(: )([^\s{[#,}][^,}#]*)"
"""A key's plain value, with what stands before it."""
LAUGHS = [
    "a: &a [x, x, x, x, x, x, x, x, x]",
    *(
        f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]"
        for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    ),
]
"""Lists of lists that would fill any memory."""


def _delete(lines, at, dice):
    del lines[at : at + dice.randint(1, 3)]


def _double(lines, at, dice):
    lines.insert(dice.randrange(len(lines)), lines[at])


def _indent(lines, at, dice):
    lines[at] = " " * dice.randint(0, 9) + lines[at].lstrip()


def _swap_words(lines, at, dice):
    text = "\n".join(lines)
    words = sorted(set(re.findall(r"[\w.%]+", text)))
    if not words:
        return
    one, two = dice.choice(words), dice.choice(words)
    lines[:] = re.sub(rf"(?<!\w){re.escape(one)}(?!\w)", two, text, count=2).split("\n")


def _put(lines, at, dice):
    place = dice.randint(0, len(lines[at]))
    lines[at] = lines[at][:place] + dice.choice(NASTY) + lines[at][place:]


def _replace_value(lines, at, dice):
    lines[at] = re.sub(r"(:\s+)[^,}]+", lambda m: m[1] + dice.choice(NASTY), lines[at], count=1)


def _cut(lines, at, dice):
    del lines[at:]
    lines.append("")


def _swap_lines(lines, at, dice):
    other = dice.randrange(len(lines))
    lines[at], lines[other] = lines[other], lines[at]


def _swap_values(lines, at, dice):
    """Let two keys have each other's values."""
    places = [(i, m) for i, line in enumerate(lines) for m in re.finditer(VALUE, line)]
    (i, one), (j, two) = dice.choice(places), dice.choice(places)
    if i != j:
        lines[i] = lines[i][: one.start(2)] + two[2] + lines[i][one.end(2) :]
        lines[j] = lines[j][: two.start(2)] + one[2] + lines[j][two.end(2) :]


def _misspell(lines, at, dice):
    words = list(re.finditer(r"\w{2,}", lines[at]))
    if words:
        word = dice.choice(words)
        place = dice.randrange(word.start(), word.end() - 1)
        letter, following = lines[at][place], lines[at][place + 1]
        lines[at] = lines[at][:place] + following + letter + lines[at][place + 2 :]


def _circle(lines, at, dice):
    """Let a standard or an indicator rest on some other, which may rest on it."""
    ids = [m[1] for line in lines if (m := re.match(r"  ([a-z]\w*): \{?", line))]
    places = [i for i, line in enumerate(lines) if re.search(r"\b(when|value|where|by): ", line)]
    if ids and places:
        i, key = dice.choice(places), dice.choice(("when", "value"))
        said = f"{dice.choice(ids)} {dice.choice(('=', '+', 'and', '>'))} {dice.choice(ids)}"
        lines[i] = re.sub(r"\b(when|value|where|by): [^,}]+", f"{key}: {said}", lines[i], count=1)


def _nest(lines, at, dice):
    """Put a value into brackets of brackets."""
    for match in re.finditer(VALUE, lines[at]):
        deep = dice.choice((3, 30, 300))
        opening, closing = dice.choice((("(", ")"), ("[", "]"), ("{a: ", "}"), ("not (", ")")))
        said = opening * deep + match[2] + closing * deep
        lines[at] = lines[at][: match.start(2)] + said + lines[at][match.end(2) :]
        return


def _anchor(lines, at, dice):
    """Give a value a name, and say that name elsewhere."""
    other = dice.randrange(len(lines))
    lines[at] = re.sub(VALUE, r"\1&x \2", lines[at], count=1)
    lines[other] = re.sub(VALUE, r"\1*x", lines[other], count=1)


def _laugh(lines, at, dice):
    lines[at:at] = LAUGHS


DEEDS = (
    _delete,
    _double,
    _indent,
    _swap_words,
    _swap_words,
    _put,
    _put,
    _replace_value,
    _replace_value,
)
"""What anybody might do, with the signs of any language at hand."""

MORE_DEEDS = (*DEEDS, _swap_lines, _swap_values, _misspell, _circle, _nest, _anchor, _laugh)
"""And what slips in where a whole paper is written down, or is done to break things."""


def edited(text: str, seed: int, deeds=DEEDS) -> str:
    """Return the text with one to three edits that anybody might make, or nobody."""
    dice = random.Random(seed)
    lines = text.split("\n")
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        deed = _cut if dice.random() < 0.01 else dice.choice(deeds)
        deed(lines, dice.randrange(len(lines)), dice)
        if not lines:
            break
    return "\n".join(lines)
