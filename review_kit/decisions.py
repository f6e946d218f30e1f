"""What people decided in a review: `params/<cycle>.decisions.yml`, append-only, read strictly."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, model_validator

from review_kit.model.words import InitiativeProposal, ObjectiveProposal
from review_kit.yaml_text import Day, Line, Mistake, Number, Text, as_yaml, mistakes_of, raise_for, read_yaml_text
from review_kit.yaml_text.scalars import refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One thing that people settled; a later one on the same subject replaces it."""

    id: str
    on: date
    by: str  # who decided
    about: str  # target, initiative, objective, or an earlier decision
    subject: str  # the id of what was decided on
    choice: str  # a number for a target; a word for an initiative, an objective or an earlier decision
    reason: str
    due: date | None = None  # by when it is to be carried out
    expects: Mapping[str, float] = field(default_factory=dict)  # by kpi_id, the change until the next review


_CHOICES = {
    "initiative": tuple(str(word) for word in InitiativeProposal),
    "objective": tuple(str(word) for word in ObjectiveProposal),
    "decision": ("open", "done", "dropped"),  # how an earlier decision stands by now
}


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Line
    on: Day
    by: Line
    about: Literal["target", "initiative", "objective", "decision"]
    subject: Line
    choice: Line
    reason: Text
    due: Day | None = None
    expects: dict[Line, Number] = {}

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """A target is a number; initiatives, objectives and earlier decisions have words of their own."""
        if self.about == "target" and not _is_number(self.choice):
            raise refusal(f"'{self.choice}' is not a number.", "write the target alone, such as 99.5.", at="choice")
        if not self.reason.strip():
            raise refusal("no reason is given.", "say why: the next review will ask.", at="reason")
        words = _CHOICES.get(self.about)
        if self.about == "decision" and self.expects:
            raise refusal("a decision that was taken expects no more.", "leave expects out.", at="expects")
        if 0.0 in self.expects.values():
            raise refusal("a change of 0 is nothing to expect.", "leave the KPI out.", at="expects")
        if words is not None and self.choice not in words:
            raise refusal(f"'{self.choice}' is not a decision.", f"write {', '.join(words)}.", at="choice")
        return self


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text)) and "_" not in text
    except ValueError:
        return False


class _Register(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    decisions: Annotated[tuple[_Entry, ...], BeforeValidator(lambda value: value or ())] = ()  # nothing yet is no list


def decisions_path(folder: Path | str, cycle: str) -> Path:
    """Where the decisions of a cycle stand."""
    return Path(folder) / f"{cycle}.decisions.yml"


def load_decisions(folder: Path | str, cycle: str) -> tuple[Decision, ...]:
    """The cycle's decisions in the order they were written; none where there is no file.

    Raises:
        ParamsError: the file says what it may not; every mistake is listed with its line and key.

    """
    path = decisions_path(folder, cycle)
    if not path.exists():
        return ()
    document = read_yaml_text(path, start="decisions:")
    raise_for(document.file, document.mistakes if not document.readable else ())
    mistakes = list(document.mistakes)
    register = _Register()
    try:
        register = _Register.model_validate(document.tree)
    except ValidationError as error:
        mistakes += mistakes_of(error, _Register, document.lines)
    first: dict[str, int] = {}
    entries = document.tree.get("decisions")
    for number, entry in enumerate(entries if isinstance(entries, list) else ()):
        name = entry.get("id") if isinstance(entry, dict) else None
        if isinstance(entry, dict) and entry.get("about") == "decision" and entry.get("subject") not in first:
            line = document.lines.get(("decisions", number, "subject"))
            told = f"no decision before this one is called '{entry.get('subject')}'."
            mistakes.append(Mistake(line, f"decisions[{number + 1}].subject", told, "name the id of an earlier entry."))
        if isinstance(name, str) and name in first:
            line = document.lines["decisions", number, "id"]
            told = f"'{name}' is the id of the decision in line {first[name]} too."
            mistakes.append(Mistake(line, f"decisions[{number + 1}].id", told, "give every decision its own id."))
        elif isinstance(name, str):
            first[name] = document.lines["decisions", number, "id"]
    raise_for(document.file, mistakes)
    return tuple(Decision(**entry.model_dump()) for entry in register.decisions)


def with_decision(folder: Path | str, cycle: str, entry: Decision) -> str:
    """The text of the cycle's file with one more entry at its end; what stands there stays to the letter.

    Raises:
        ParamsError: the file or the new entry says what it may not.

    """
    load_decisions(folder, cycle)
    path = decisions_path(folder, cycle)
    fields = {**asdict(entry), "on": entry.on.isoformat(), "due": entry.due.isoformat() if entry.due else None}
    fields = {name: value for name, value in fields.items() if value or name not in {"due", "expects"}}
    try:
        _Entry.model_validate(fields)
    except ValidationError as error:
        raise_for(f"{path.parent.name}/{path.name}, new entry", mistakes_of(error, _Entry, {}))
    before = path.read_text(encoding="utf-8-sig") if path.exists() else "decisions:\n"
    lines = as_yaml({"decisions": [fields]}).splitlines()[1:]
    indent = _indent_of_entries(before)
    added = "".join(f"{indent}{line}\n" if line.strip() else "\n" for line in lines)
    text = _EMPTY_LIST.sub("decisions:", before).rstrip("\n") + "\n" + added
    with TemporaryDirectory() as folder_of_copy:  # what cannot be read again is not handed out
        decisions_path(folder_of_copy, cycle).write_text(text, encoding="utf-8")
        load_decisions(folder_of_copy, cycle)
    return text


_EMPTY_LIST = re.compile(r"^decisions:\s*\[\s*\]", re.MULTILINE)
_FIRST_ENTRY = re.compile(r"^( *)- ", re.MULTILINE)


def _indent_of_entries(text: str) -> str:
    """How far the entries of the list stand from the margin; people write them at either place."""
    found = _FIRST_ENTRY.search(text)
    return found[1] if found else "  "


def next_id(cycle: str, known: Sequence[Decision]) -> str:
    """'D-2025-05' where D-2025-04 is the highest number in use."""
    numbers = [int(found[1]) for one in known if (found := re.search(r"(\d+)$", one.id))]
    return f"D-{cycle}-{max(numbers, default=0) + 1:02d}"
