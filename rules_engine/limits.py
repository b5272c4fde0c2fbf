"""Every limit on what is handed in: how much, why, and how to raise it. The one place for them.

Whoever reads something that others wrote asks here. docs/reference/limits.md is made of this.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rules_engine.errors import NOWHERE, DatasetError, Finding, UsageError
from rules_engine.messages import NO_MESSAGE, Message, listed, msg

if TYPE_CHECKING:
    from rules_engine.errors import Place, RulesEngineError

PREFIX = "RULES_ENGINE_MAX_"
"""With what the names of the environment variables begin that raise a limit."""


@dataclass(frozen=True)
class Limit:
    """A limit on something that is handed in.

    Attributes:
        name: what it is called, in lower case with hyphens.
        usual: how much is allowed when nobody says otherwise.
        code: the code of the finding for more.
        said: what that finding says; names the limit as ``{most}``.
        why: why it is there and as high as it is, for the page of limits.
        hint: what to do about it, beside raising it.
        setting: the key of ``source.yaml`` that raises it; else an environment variable does.
        fixed: nothing raises it.
    """

    name: str
    usual: int
    code: str
    said: Message
    why: str
    hint: Message = NO_MESSAGE
    setting: str = ""
    fixed: bool = False

    @property
    def variable(self) -> str:
        """Return the environment variable that raises or lowers it; empty if none does."""
        known = not (self.setting or self.fixed)
        return PREFIX + self.name.upper().replace("-", "_") if known else ""

    @property
    def most(self) -> int:
        """Return how much is allowed."""
        value = os.environ.get(self.variable, "") if self.variable else ""
        return int(value) if _is_number(value) else self.usual

    def finding(self, place: Place = NOWHERE, most: int | None = None) -> Finding:
        """Return the finding that there is more than is allowed.

        Args:
            place: where.
            most: how much is allowed, if a setting says so.
        """
        said = Message(self.said.text, (("most", self.most if most is None else most),))
        return Finding(self.code, said, place, self._hint())

    def refuse(
        self,
        place: Place = NOWHERE,
        error: type[RulesEngineError] = DatasetError,
        most: int | None = None,
    ) -> RulesEngineError:
        """Return the error that there is more than is allowed."""
        return error(self.finding(place, most))

    def check(
        self, number: int, place: Place = NOWHERE, error: type[RulesEngineError] = DatasetError
    ) -> None:
        """Refuse more than is allowed.

        Raises:
            RulesEngineError: of the given kind; the number is too high.
        """
        if number > self.most:
            raise self.refuse(place, error)

    def _hint(self) -> Message:
        name = self.setting or self.variable
        if not name:
            return self.hint
        if self.setting:
            raising = msg("if so much is meant, raise {name} in source.yaml", name=name)
        else:
            raising = msg("if so much is meant, set the environment variable {name}", name=name)
        if self.hint == NO_MESSAGE:
            return raising
        return msg("{hint}; {raising}", hint=self.hint, raising=raising)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 18 and int(text) > 0


def check_environment() -> None:
    """Make sure that what the environment says of limits can be meant.

    Raises:
        UsageError: a variable names no limit, or gives no number.
    """
    known = {limit.variable for limit in ALL if limit.variable}
    for name, value in sorted(os.environ.items()):
        if not name.startswith(PREFIX):
            continue
        if name not in known:
            raise UsageError.of(
                "bad-limit",
                msg("the environment sets {name}, and there is no such limit", name=name),
                hint=msg("known here: {names}", names=listed(sorted(known))),
            )
        if value and not _is_number(value):
            raise UsageError.of(
                "bad-limit",
                msg("the variable {name} does not hold a whole number above zero", name=name),
                hint=msg("write it in digits, or take the variable away"),
            )


MIB = 2**20
_PARTS = msg("give parts of it a name, as standards or indicators")
_AS_CSV = msg("deliver so many records as CSV or Parquet; formats of empty cells count too")
_ENDLESS = msg("look whether the source ever ends")

RULESET_SIZE = Limit(
    "ruleset-size", 4, "file-too-large", msg("the file is larger than {most} MiB"),
    "The largest of the rulesets that come with the program has 0.1 MiB.",
    msg("records belong into sample/, not into the rules"), fixed=True,
)  # fmt: skip
YAML_ITEMS = Limit(
    "yaml-items", 100_000, "too-many-keys",
    msg("the file holds more than {most} keys, values and list items"),
    "The largest of the rulesets that come with the program has some thousand.",
    msg("records belong into sample/, not into the rules"),
)  # fmt: skip
YAML_DEPTH = Limit(
    "yaml-depth", 40, "too-deep", msg("nested deeper than {most} levels"),
    "A ruleset has six levels; what reads it calls itself for each.",
    msg("a ruleset needs no more than six levels; look for brackets that are not closed"),
    fixed=True,
)  # fmt: skip
TEXT = Limit(
    "ruleset-text", 20_000, "text-too-long", msg("a text has more than {most} characters"),
    "A label, a gist or a reason is read by people.", msg("shorten the text"), fixed=True,
)  # fmt: skip
EXPRESSION_LENGTH = Limit(
    "expression-length", 10_000, "too-long", msg("the expression has more than {most} characters"),
    "No condition of a paper fills three pages.", _PARTS, fixed=True,
)  # fmt: skip
EXPRESSION_DEPTH = Limit(
    "expression-depth", 100, "too-deep", msg("the expression is nested deeper than {most} levels"),
    "What compiles it calls itself for each level.", _PARTS, fixed=True,
)  # fmt: skip
EXPRESSION_PARTS = Limit(
    "expression-parts", 4_000, "too-involved",
    msg("the expression becomes longer than {most} parts, too long to be worked out"),
    "What is checked, and the plan, grow with the parts.",
    msg("divide it among several indicators or lines"), fixed=True,
)  # fmt: skip
DIGITS = Limit(
    "digits", 40, "number-too-large", msg("a number has more than {most} digits"),
    "No office writes more, and numbers are exact.",
    msg("at most a thousand millions, with up to twelve decimal places"), fixed=True,
)  # fmt: skip
SCENARIO_RECORDS = Limit(
    "scenario-records", 100_000, "too-many-records",
    msg("a scenario holds at most {most} records of a table"),
    "Scenarios show a rule on a few records.", msg("a few records show the same"), fixed=True,
)  # fmt: skip

TABLES = Limit(
    "tables", 5_000, "too-many-tables", msg("the delivery has more than {most} tables"),
    "A large county with a workbook for each village has a thousand. Each is opened and screened.",
    msg("give a folder that holds only what is assessed"),
)  # fmt: skip
COLUMNS = Limit(
    "columns", 2_000, "too-many-columns",
    msg("the table has more than {most} columns, or its records more than {most} different keys"),
    "Ledgers have some dozen. Each column is screened for personal data by itself.",
    msg("deliver the columns that are read, and look for records in place of columns"),
)  # fmt: skip
ROWS = Limit(
    "rows", 200_000_000, "too-many-rows", msg("the table has more than {most} rows"),
    "A nation's cases of a year are twenty million; a source may give rows without end.", _ENDLESS,
)  # fmt: skip
TABLE_SIZE = Limit(
    "table-size", 16_384, "table-too-large", msg("the table has more than {most} MiB"),
    "A nation's cases of a year are two thousand. All of it is written to the disk.", _ENDLESS,
)  # fmt: skip
RECORD_SIZE = Limit(
    "record-size", 1, "huge-field", msg("a record is longer than {most} MiB"),
    "A record of more is an unclosed quote, or the file is no table of records.",
    msg("this is no table of records; look for an unclosed quote"), fixed=True,
)  # fmt: skip
CELL_TEXT = Limit(
    "cell-text", 2_000, "too-long", msg("is longer than {most} characters"),
    "A cell is no file of a case. The row of a longer one is quarantined.",
    msg("shorten the text"), fixed=True,
)  # fmt: skip
ARCHIVE_ENTRIES = Limit(
    "archive-entries", 100_000, "too-many-tables", msg("the archive has more than {most} entries"),
    "The list of the entries is held in memory.",
    msg("unpack it, and give the folder with the tables"),
)  # fmt: skip
ARCHIVE_SIZE = Limit(
    "archive-size", 16_384, "packed-too-well",
    msg("unpacked, the tables would have more than {most} MiB"),
    "A disk of an office holds that.",
    msg("unpack it yourself if you trust it, and give the folder with the tables"),
)  # fmt: skip
ARCHIVE_GROWTH = Limit(
    "archive-growth", 250, "packed-too-well",
    msg("unpacked, the tables would be more than {most} times as large"),
    "Tables grow to ten or thirty times their size. One below 100 MiB may do as it likes.",
    msg("unpack it yourself if you trust it, and give the folder with the tables"),
)  # fmt: skip
UNPACKING_MEMORY = Limit(
    "unpacking-memory", 1_536, "packed-too-well",
    msg("to read the file takes more than {most} MiB of memory"),
    "Archives, and Parquet files that are not read in place, are read in a process of their own.",
    msg("look for a list of files or a column of texts without end"),
)  # fmt: skip
PARQUET_GROWTH = Limit(
    "parquet-growth", 1_000, "packed-too-well",
    msg("decoded, the table would be more than {most} times as large as its file"),
    "Tables are three to a hundred times as large as their Parquet files, in which a text that "
    "occurs a million times stands once. One below 100 MiB may do as it likes.",
    msg("look for a column of long texts that are all the same, and leave it out"),
)  # fmt: skip
WORKBOOK_SIZE = Limit(
    "workbook-size", 2_048, "workbook-too-large",
    msg("the workbook unpacks to more than {most} MiB"),
    "A million rows with twenty columns are about that.", _AS_CSV,
)  # fmt: skip
WORKBOOK_CELLS = Limit(
    "workbook-cells", 20_000_000, "workbook-too-large",
    msg("a sheet of the workbook has more than {most} cells"),
    "A million rows with twenty columns; formats of empty cells count too.", _AS_CSV,
)  # fmt: skip
WORKBOOK_MEMORY = Limit(
    "workbook-memory", 1_536, "workbook-too-large",
    msg("to read the workbook takes more than {most} MiB of memory"),
    "A workbook is read in a process of its own, which may take so much: what a machine of 2 GiB "
    "has. Sixteen million cells are about that; one cell in the last row and column alone asks "
    "for 512 GiB.",
    msg("delete the rows and columns beyond the table, with their formats, or deliver CSV"),
)  # fmt: skip
WORKBOOK_SECONDS = Limit(
    "workbook-seconds", 540, "workbook-too-large",
    msg("to read the workbook takes more than {most} seconds"),
    "A million rows with twenty columns take one minute.", _AS_CSV,
)  # fmt: skip
FORM_SIZE = Limit(
    "form-size", 200, "no-form", msg("the workbook unpacks to more than {most} MiB"),
    "No form of a ruleset unpacks to more than a few.",
    msg("take a file that rules-engine export has written, saved as .xlsx"), fixed=True,
)  # fmt: skip
PAGES = Limit(
    "pages", 10_000, "too-many-pages", msg("the listing has more than {most} pages"),
    "A million rows in pages of a hundred; a server may always name a next page.",
    msg("look whether the listing ever ends, and ask for larger pages"), setting="most_pages",
)  # fmt: skip
ANSWER_SIZE = Limit(
    "answer-size", 32, "answer-too-large", msg("an answer has more than {most} MiB"),
    "Each layer of Content-Encoding counts, while it is unpacked.",
    msg("ask for smaller pages"), setting="page_limit",
)  # fmt: skip
ENCODINGS = Limit(
    "encodings", 3, "answer-too-large",
    msg("an answer is packed more than {most} times over (Content-Encoding)"),
    "Servers pack once.", fixed=True,
)  # fmt: skip
FINDINGS = Limit(
    "findings", 1_000, "more-findings", msg("there are more than {most} findings of one code"),
    "Of each code so many findings are shown, in text and in JSON, and the others counted.",
)  # fmt: skip

ALL = tuple(item for item in globals().values() if isinstance(item, Limit))
"""All limits, in their order here."""
