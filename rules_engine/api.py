"""The one face that plugins see. Import from here and, in tests, from ``rules_engine.testing``."""

from typing import TYPE_CHECKING, Any

from rules_engine import limits, ooxml, papers
from rules_engine.errors import (
    DatasetError,
    EngineFailure,
    Finding,
    Place,
    PluginError,
    RulesEngineError,
    RulesetError,
    UsageError,
)
from rules_engine.hookspecs import hookimpl
from rules_engine.isolation.columnar import Batches, handed_on
from rules_engine.isolation.process import Keeping, Kept, Served, in_own_process
from rules_engine.messages import Message, clauses, current_language, listed, msg, tr
from rules_engine.model import figures
from rules_engine.model.assessment import (
    AssessmentReport,
    Assumption,
    ClauseRef,
    Consequence,
    Criterion,
    Evidence,
    Grade,
    Line,
    Payment,
    PaymentPart,
    PaymentSum,
    QuarantinedRow,
    RunInfo,
    SectionSum,
    Share,
    Step,
    Subject,
    TargetResult,
)
from rules_engine.model.by_subject import (
    BySubject,
    SubjectExpression,
    Varying,
    figures_of,
    varying,
)
from rules_engine.model.comparison import Cell, ComparedRun, Comparison, ComparisonTable
from rules_engine.model.document import as_document
from rules_engine.model.escaping import columns_of, one_line
from rules_engine.model.facts import Facts
from rules_engine.model.form import (
    CellValue,
    FilledCell,
    FilledForm,
    Form,
    FormCell,
    FormKind,
    FormRow,
    FormSheet,
)
from rules_engine.model.naming import normal, plain_text
from rules_engine.model.pay_list import PayList
from rules_engine.model.plugin import (
    AfterRun,
    Check,
    Command,
    EngineKind,
    EngineSession,
    Expansion,
    Known,
    Measure,
    Method,
    Part,
    Ranking,
    ReporterKind,
    RulesetToCheck,
    Setting,
    SourceKind,
    SourceRequest,
    SourceTable,
    Tally,
    Wanted,
    Wording,
    Working,
)
from rules_engine.model.table import Column, Range, TableSchema
from rules_engine.safe_files import (
    check_entries,
    check_file,
    inside,
    links_out,
    open_file,
    read_file,
    written_path,
)

if TYPE_CHECKING:
    from rules_engine.model.fields import OfPeriod
    from rules_engine.model.ruleset import ClausesDocument, RulesetDocument
    from rules_engine.model.secret import SecretSpec

__all__ = [
    "AfterRun",
    "AssessmentReport",
    "Assumption",
    "Batches",
    "BySubject",
    "Cell",
    "CellValue",
    "Check",
    "ClauseRef",
    "ClausesDocument",
    "Column",
    "Command",
    "ComparedRun",
    "Comparison",
    "ComparisonTable",
    "Consequence",
    "Criterion",
    "DatasetError",
    "EngineFailure",
    "EngineKind",
    "EngineSession",
    "Evidence",
    "Expansion",
    "Facts",
    "FilledCell",
    "FilledForm",
    "Finding",
    "Form",
    "FormCell",
    "FormKind",
    "FormRow",
    "FormSheet",
    "Grade",
    "Keeping",
    "Kept",
    "Known",
    "Line",
    "Measure",
    "Message",
    "Method",
    "OfPeriod",
    "Part",
    "PayList",
    "Payment",
    "PaymentPart",
    "PaymentSum",
    "Place",
    "PluginError",
    "QuarantinedRow",
    "Range",
    "Ranking",
    "ReporterKind",
    "RulesEngineError",
    "RulesetDocument",
    "RulesetError",
    "RulesetToCheck",
    "RunInfo",
    "SecretSpec",
    "SectionSum",
    "Served",
    "Setting",
    "Share",
    "SourceKind",
    "SourceRequest",
    "SourceTable",
    "Step",
    "Subject",
    "SubjectExpression",
    "TableSchema",
    "Tally",
    "TargetResult",
    "UsageError",
    "Varying",
    "Wanted",
    "Wording",
    "Working",
    "as_document",
    "check_entries",
    "check_file",
    "clauses",
    "columns_of",
    "current_language",
    "figures",
    "figures_of",
    "handed_on",
    "hookimpl",
    "in_own_process",
    "inside",
    "limits",
    "links_out",
    "listed",
    "msg",
    "normal",
    "one_line",
    "ooxml",
    "open_file",
    "papers",
    "plain_text",
    "read_file",
    "tr",
    "varying",
    "written_path",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - classes and a field
    """Import the models of a ruleset when they are asked for: pydantic takes long to import."""
    if name not in ("ClausesDocument", "OfPeriod", "RulesetDocument", "SecretSpec"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from rules_engine.model import fields, ruleset, secret

    homes = {"OfPeriod": fields, "SecretSpec": secret}
    return getattr(homes.get(name, ruleset), name)
