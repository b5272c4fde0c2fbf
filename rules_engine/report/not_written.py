"""What is told of a report that could not be written, while the run stands and others are."""

from __future__ import annotations

from rules_engine.errors import Finding, RulesEngineError
from rules_engine.messages import msg


def not_written(name: str, run: str, error: RulesEngineError | OSError) -> Finding:
    """Return what is told of a report that was not written, while the others are.

    Args:
        name: the reporter.
        run: the id of the run, which is stored all the same.
        error: why.
    """
    code, reason = "cannot-write", getattr(error, "strerror", None) or str(error)
    if isinstance(error, RulesEngineError):
        code, reason = error.findings[0].code, str(error.findings[0].message)
    else:
        reason = f"{error.filename}: {reason}" if error.filename else reason
    text = msg("the report “{name}” was not written: {reason}", name=name, reason=reason)
    hint = msg("the run {run} is stored; write it again with {command}", run=run,
               command=f"rules-engine runs show {run} --report {name} --out …")  # fmt: skip
    return Finding(code, text, hint=hint)
