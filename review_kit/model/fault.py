"""What is wrong with a source, and where a person finds it."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error stops the review before anything is scored; a warning is printed and carried to the report."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong with one source, located as a person sees it in the file."""

    file: str  # as the params name it, relative to the workspace
    rule: str  # stable id such as "not-a-number"
    message: str  # what is wrong, as a sentence
    hint: str = ""  # what to do about it
    sheet: str = ""
    row: int | None = None  # 1-based line of the file or row of the sheet
    column: str = ""  # the heading in the file, not our name for it
    value: str = ""  # the text of the cell as it stands there
    severity: Severity = Severity.ERROR

    @property
    def place(self) -> str:
        """File, sheet, row and column in one line, as far as they are known."""
        parts = [self.file]
        if self.sheet:
            parts.append(f"sheet {self.sheet}")
        if self.row is not None:
            parts.append(f"row {self.row}")
        if self.column:
            parts.append(f"column {self.column}")
        return ", ".join(parts)

    def __str__(self) -> str:
        hint = f"\nHint: {self.hint}" if self.hint else ""
        return f"{self.place}: {self.message}{hint}"
