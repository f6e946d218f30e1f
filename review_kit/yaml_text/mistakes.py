"""A mistake in a YAML file: where it stands and what to do, in plain words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from review_kit.errors import ParamsError
from review_kit.model.nearest import did_you_mean

_TOLD = 100  # mistakes of one file that are told one by one
_LONGEST = 1_000  # characters of a line of a message
Location = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong with a parameter file."""

    line: int | None  # 1-based; None where it belongs to the file as a whole
    key: str  # 'scoring.amber', '' where it belongs to no key
    message: str
    hint: str = ""

    def told(self, file: str) -> str:
        """'params/2025.yml, line 14, key scoring.amber: … Hint: …' on two lines."""
        parts = [file]
        if self.line is not None:
            parts.append(f"line {self.line}")
        if self.key:
            parts.append(f"key {self.key}")
        told = f"{_printable(', '.join(parts))}: {_printable(self.message)}"
        return told + (f"\nHint: {_printable(self.hint)}" if self.hint else "")


def _printable(text: str) -> str:
    """The text without what would change the look of a terminal, and not longer than anybody reads."""
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in shown)


def shown_path(path: Path) -> str:
    """'params/2025.yml': enough for a person to find the file, nothing about the machine."""
    return f"{path.parent.name}/{path.name}" if path.parent.name else path.name


def raise_for(file: str, mistakes: Iterable[Mistake]) -> None:
    """Raise one ParamsError that tells every mistake in the order of the lines; nothing where there is none."""
    ordered = sorted(set(mistakes), key=lambda mistake: (mistake.line or 0, mistake.key, mistake.message))
    if ordered:
        more = [f"and {len(ordered) - _TOLD:,} more."] if len(ordered) > _TOLD else []
        raise ParamsError("\n".join([*(mistake.told(file) for mistake in ordered[:_TOLD]), *more]))


def key_name(location: Location) -> str:
    """'editions.analyst.sees[2]', counted from 1 as people count."""
    name = ""
    for part in location:
        name += f"[{part + 1}]" if isinstance(part, int) else f"{'.' if name else ''}{part}"
    return name


def line_of(location: Location, lines: dict[Location, int]) -> int | None:
    """The line of the key, or of the nearest key around it that stands in the file."""
    for depth in range(len(location), -1, -1):
        if location[:depth] in lines:
            return lines[location[:depth]]
    return None


def mistakes_of(error: ValidationError, model: type[BaseModel], lines: dict[Location, int]) -> list[Mistake]:
    """What pydantic found, in our words, each with the line of its key."""
    found = []
    details = error.errors(include_url=False)
    for detail in details[: 2 * _TOLD]:  # to look for the nearest of thousands of names takes long
        location = tuple(part for part in detail["loc"] if part != "[key]")
        context = detail.get("ctx", {})
        if "at" in context:
            location = (*location, *str(context["at"]).split("."))
        message, hint = _words(detail["type"], detail["msg"], context, location, model)
        found.append(Mistake(line_of(location, lines), key_name(location), message, hint))
    if unseen := len(details) - len(found):
        found.append(Mistake(None, "", f"there are {unseen:,} more mistakes.", "is this the parameter file?"))
    return found


def _words(
    kind: str, told: str, context: dict[str, Any], location: Location, model: type[BaseModel]
) -> tuple[str, str]:
    name = str(location[-1]) if location else ""
    if kind == "extra_forbidden":
        known = _keys_at(model, location[:-1])
        return "there is no such key.", did_you_mean(name, known, f"the keys here are {', '.join(known)}.")
    if kind == "missing":
        return "this key is missing.", f"add a line '{name}: …'."
    if kind in {"literal_error", "enum"}:
        expected = str(context.get("expected", ""))
        return f"this is not one of {expected}.", "write one of these words."
    if kind in {"model_type", "model_attributes_type", "dict_type", "mapping_type"}:
        return "a mapping of keys to values belongs here.", "indent 'key: value' lines below this key."
    if kind in {"list_type", "tuple_type", "sequence_type"}:
        return "a list belongs here.", "write [first, second], or one '- entry' a line."
    return str(context.get("message", told)), str(context.get("hint", ""))


def _keys_at(model: type[BaseModel], location: Location) -> Sequence[str]:
    """The keys that may stand at this place of the model, in the order of its declaration."""
    here: Any = model
    for part in location:
        here = _inner(here.model_fields[part].annotation if _is_model(here) and part in here.model_fields else here)
    if not _is_model(here):
        return ()
    return tuple(field.alias or name for name, field in here.model_fields.items() if not field.exclude)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _inner(annotation: Any) -> Any:
    """The model inside Annotated[...], X | None and dict[str, X]."""
    if get_origin(annotation) is Annotated:
        return _inner(get_args(annotation)[0])
    if get_origin(annotation) in {Union, UnionType, dict, tuple}:
        inside = [_inner(argument) for argument in get_args(annotation)]
        return next((argument for argument in inside if _is_model(argument)), annotation)
    return annotation
