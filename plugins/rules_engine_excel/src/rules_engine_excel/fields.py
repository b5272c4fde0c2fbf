"""What ``source.yaml`` may say about a sheet."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Row = Annotated[int, Field(ge=1)]


class SheetFields(BaseModel):
    """Where the headings stand, when they are not found by their names.

    ``heading_row`` is the number of the row, or the first and the last of several.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    heading_row: Row | Annotated[tuple[Row, Row], Field(min_length=2)] | None = None

    @property
    def rows(self) -> tuple[int, int] | None:
        """Return the first and the last row of the heading."""
        if isinstance(self.heading_row, int):
            return self.heading_row, self.heading_row
        return self.heading_row
