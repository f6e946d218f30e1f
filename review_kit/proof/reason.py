"""One thing that a review was made from, and that is not the same any more."""

from dataclasses import dataclass

INPUT, PARAMETER, DECISION, NOTEBOOK = "input", "parameter", "decision", "notebook"
CODE, VERSION, ENVIRONMENT = "code", "version", "environment"
_LONGEST = 60  # characters of a text that are shown; --json has all of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One thing that a review depends on and that has changed since."""

    kind: str
    file: str  # the file, or the name of a library or variable
    place: str = ""  # 'row 17, column value', 'line 12, scoring.green', 'cell 5'; empty: the file as a whole
    what: str = "changed"  # changed, added, removed
    old: str | None = None
    new: str | None = None

    def __str__(self) -> str:
        """'data/actuals.csv, row 17, column value: 4.2 -> 4.3'."""
        where = f"{self.file}, {self.place}" if self.place else self.file
        if self.old is not None and self.new is not None:
            return f"{where}: {_short(self.old)} -> {_short(self.new)}"
        if self.place and self.what == "changed":  # the place says what changed: 'rows stand in another order'
            return where
        content = self.new if self.old is None else self.old
        return f"{where}: {self.what}" + (f" ({_short(content)})" if content else "")


def _short(text: str) -> str:
    text = " ".join(text.split())
    if not text:
        return "(empty)"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def kind_of(file: str) -> str:
    """What a file of the workspace is to the review."""
    if file.startswith("notebooks/"):
        return NOTEBOOK
    if file.startswith("params/"):
        return DECISION if file.endswith(".decisions.yml") else PARAMETER
    return INPUT
