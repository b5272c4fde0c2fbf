"""The contract kit: what every source and every reporter must do, as tests to inherit.

Derive a class from :class:`SourceContract` or :class:`ReporterContract`, name your plugin in it,
and let pytest collect it. A test that fails says what the engine relies on and what came instead.
"""

from rules_engine.testing.records import SAMPLE, many_cases
from rules_engine.testing.reporter import ReporterContract
from rules_engine.testing.reports import report_of
from rules_engine.testing.source import SourceContract

__all__ = ["SAMPLE", "ReporterContract", "SourceContract", "many_cases", "report_of"]
