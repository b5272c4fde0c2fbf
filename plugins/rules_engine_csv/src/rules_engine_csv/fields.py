"""What ``source.yaml`` may say about text files."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Encoding = Literal["utf-8", "gb18030", "gbk", "gb2312", "big5", "utf-16"]


class FileFields(BaseModel):
    """In which encoding a file is, or all of them, when it cannot be found out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    encoding: Encoding | None = None
