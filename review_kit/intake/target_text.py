"""What people write for a target: '≥ 95%', 'at least 12', '< 12 hours', '80–90 %', '$10.4M'."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from review_kit.intake.look_alikes import hidden_marks
from review_kit.intake.numbers import LARGEST, Problem, convert_numbers, is_spreadsheet_error, quoted, thousands_pattern
from review_kit.intake.sign_checks import unit_signs
from review_kit.intake.units import Unit, read_unit
from review_kit.model.words import Direction
from review_kit.params import Source

_STRICTLY_MORE = ">|more than|greater than|over|above"  # the number itself is not enough
_STRICTLY_LESS = "<|less than|fewer than|under|below"
_MORE = f"≥|>=|=>|at least|a minimum of|minimum of|minimum|min\\.?|(?:not|no) less than|not below|{_STRICTLY_MORE}"
_LESS = (
    "≤|<=|=<|at most|a maximum of|maximum of|maximum|max\\.?|up to|within"
    f"|(?:not|no) more than|not above|not over|{_STRICTLY_LESS}"
)
_STRICT = re.compile(f"{_STRICTLY_MORE}|{_STRICTLY_LESS}", re.IGNORECASE)
_MORE_AFTER = "or more|or higher|or above|or over|and above|and over|\\+"
_LESS_AFTER = "or less|or lower|or fewer|or below|or under|and below|and under"
_CURRENCY = "[$€£¥₹]|(?:EUR|USD|GBP|CHF)(?![A-Za-z])"
_DIRECTIONS = frozenset(str(direction) for direction in Direction)  # another word is told as such
_UNREADABLE = 'write a number, an operator and a number such as "≥ 95%", or leave the cell empty.'


@dataclass(frozen=True, slots=True)
class TargetText:
    """The parts of a target as written."""

    low: float
    high: float  # equal to low unless a range was written
    direction: Direction | None  # None where no operator says it
    unit: Unit | None  # None where only a number was written
    strict: bool | None = None  # whether the number itself misses the target; None where no operator says it

    @property
    def is_range(self) -> bool:
        """Whether two numbers were written."""
        return self.low != self.high or self.direction is Direction.RANGE


def _pattern(source: Source) -> re.Pattern[str]:
    point = re.escape(source.decimal)
    whole = "[0-9]+"
    if source.thousands is not None:
        whole = f"(?:[0-9]{{1,3}}(?:{thousands_pattern(source.thousands)}[0-9]{{3}})+|[0-9]+)"
    number = f"{whole}(?:{point}[0-9]+)?"
    return re.compile(
        f"(?:(?P<more>{_MORE})|(?P<less>{_LESS})|(?P<between>between)|=)?\\s*"
        f"(?P<currency>{_CURRENCY})?\\s*(?P<first>[-+]?{number})\\s*(?P<percent>%)?"
        f"(?:\\s*(?:-|–|—|to|and)\\s*(?P<currency2>{_CURRENCY})?\\s*(?P<second>{number}))?"
        f"\\s*(?P<unit>[^0-9<>≤≥=+]*?)"
        f"\\s*(?:(?P<more_after>{_MORE_AFTER})|(?P<less_after>{_LESS_AFTER}))?",
        re.IGNORECASE,
    )


def read_target(text: str, source: Source) -> TargetText | Problem:
    """The parts of a target text, or why it is none."""
    plain = re.sub(r"[\s\u00a0\u202f]+", " ", text.replace("−", "-")).strip()
    found = _pattern(source).fullmatch(plain)
    if found is None or hidden_marks(plain):
        return _why_unreadable(plain, source)
    first = _number(found["first"], source)
    second = first if found["second"] is None else _number(found["second"], source)
    if max(abs(first), abs(second)) > LARGEST:
        return Problem("out-of-range", "'{value}' is too large.", "look at the unit.")
    directions = {
        direction
        for direction, groups in ((Direction.HIGHER, ("more", "more_after")), (Direction.LOWER, ("less", "less_after")))
        if any(found[group] for group in groups)
    }
    is_range = found["second"] is not None
    if len(directions) > 1 or (is_range and directions) or (bool(found["between"]) != is_range and found["between"]):
        return Problem("bad-target", "'{value}' says two different things.", _UNREADABLE)
    if first > second:
        return Problem("bad-target", "'{value}' runs from high to low.", "write the lower number first.")
    direction = Direction.RANGE if is_range else next(iter(directions), None)
    return TargetText(first, second, direction, _unit(found), _strict(found))


def _strict(found: re.Match[str]) -> bool | None:
    """'< 12' and 'more than 5' leave their number out, '≥ 95' and '5 or more' take it in; a plain number says nothing.

    'over' and 'above' behind a number ('5 or above') take it in.
    """
    before = found["more"] or found["less"]
    if before:
        return _STRICT.fullmatch(before) is not None
    return False if found["more_after"] or found["less_after"] else None


def _why_unreadable(text: str, source: Source) -> Problem:
    """An error of a spreadsheet, marks that nobody sees, another decimal sign, or simply no target."""
    if is_spreadsheet_error(text):
        return Problem("spreadsheet-error", "'{value}' is an error of a spreadsheet.", "mend the formula.")
    if marks := hidden_marks(text):
        return Problem("bad-target", f"'{{value}}' holds marks that nobody sees: {marks}.", "type the target anew.")
    ways = ({"decimal": ","}, {"thousands": ","}, {"thousands": " "}) if source.decimal == "." else ()
    read = [way for way in ways if _pattern(source.model_copy(update=way)).fullmatch(text)]
    told = "'{value}' is not a target that can be read."
    if read:
        each = " or ".join(f"{key}: {quoted(sign)}" for way in read for key, sign in way.items())
        return Problem("bad-target", told, f"write the number plainly, with '.', or add {each} to its source.")
    return Problem("bad-target", told, _UNREADABLE)


def _number(text: str, source: Source) -> float:
    if source.thousands is not None:
        text = re.sub(thousands_pattern(source.thousands), "", text)
    return float(text.replace(source.decimal, "."))


def _unit(found: re.Match[str]) -> Unit | None:
    currency = found["currency"] or found["currency2"] or ""
    words = found["unit"].strip()
    told = " ".join(part for part in (currency, found["percent"] or "", words) if part)
    if not told:
        return None
    unit = read_unit(told)
    return Unit(unit.scale, "%") if unit.base == "% %" else unit


def convert_targets(
    texts: pd.Series, units: pd.Series, directions: pd.Series, source: Source
) -> tuple[pd.DataFrame, dict[int, Problem]]:
    """target, target_low, target_high (in the unit of the KPI) and strict (0, 1, missing) of every text, and problems.

    Problems are told by the position of their text.
    """
    says_nothing = tuple(sign for sign in source.signs if sign not in unit_signs(source))
    target, bad = convert_numbers(texts, source.model_copy(update={"signs": says_nothing}))
    low, high, strict = (np.full(len(texts), np.nan) for _ in range(3))
    problems: dict[int, Problem] = {}
    known: dict[str, TargetText | Problem] = {}
    for at in np.flatnonzero(bad).tolist():
        text = str(texts.iloc[at]).strip()
        parts = known.setdefault(text, read_target(text, source))
        if not isinstance(parts, Problem):
            parts = _for_kpi(parts, units.iloc[at], directions.iloc[at])
        if isinstance(parts, Problem):
            problems[at] = parts
        elif parts.is_range:
            low[at], high[at] = parts.low, parts.high
        else:
            target[at] = parts.low
            strict[at] = np.nan if parts.strict is None else parts.strict
    return pd.DataFrame({"target": target, "target_low": low, "target_high": high, "strict": strict}), problems


def _for_kpi(parts: TargetText, unit: object, direction: object) -> TargetText | Problem:
    """The target in the unit and the direction of its KPI, or in what they contradict each other."""
    if parts.direction is not None and direction in _DIRECTIONS and parts.direction != direction:
        told = f"'{{value}}' asks for {_asks(parts.direction)}, but the direction of the KPI is {direction}."
        return Problem("direction-contradicts-target", told, "correct the direction or the target.")
    if parts.unit is None:
        return parts
    ours = read_unit(unit if isinstance(unit, str) else "")
    other_base = parts.unit.base not in {"", ours.base}
    unsaid_scale = parts.unit.scale == 1 and ours.scale != 1  # '$10' where the KPI counts millions: which is meant?
    if other_base or unsaid_scale:
        told = f"'{{value}}' is not in the unit of the KPI, {unit if isinstance(unit, str) else 'which has none'}."
        return Problem("unit-mismatch", told, "write the number alone, in the unit of the KPI.")
    if parts.unit.scale == ours.scale:
        return parts
    factor = parts.unit.scale / ours.scale
    return TargetText(parts.low * factor, parts.high * factor, parts.direction, ours, parts.strict)


def _asks(direction: Direction) -> str:
    return {"higher": "that much or more", "lower": "that much or less", "range": "a range"}[direction]
