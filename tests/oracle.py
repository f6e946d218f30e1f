"""A second reading of small tables, by `csv` rules, `Decimal` and patience: what intake must agree with."""

import re
from calendar import monthrange
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from sound_cycles import Sound, months_later

if TYPE_CHECKING:
    from collections.abc import Callable

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_DIRECTIONS = ("higher", "lower", "range")
_WORDS = {
    "direction": _DIRECTIONS,
    "aggregate": ("last", "sum", "mean", "min", "max", "ratio"),
    "frequency": ("annual", "quarterly", "monthly"),
    "status": ("actual", "preliminary", "projected"),
}
_NUMBERS = ("target_low", "target_high", "baseline", "lower_bound", "weight", "value", "numerator", "denominator")
Cell = str | float | None


class NotSoundError(Exception):
    """The oracle would refuse this cell."""


def number(text: str) -> float | None:
    if not text.strip():
        return None
    if not _NUMBER.fullmatch(text.strip()):
        raise NotSoundError(text)
    return float(Decimal(text.strip()))


def span(text: str, sound: Sound) -> tuple[str, date, date]:
    """Label, first and last day of a period."""
    text = text.strip()
    first = months_later(sound.start, 0)
    if found := re.fullmatch(r"([0-9]{4})-([0-9]{2})(-([0-9]{2}))?", text):
        year, month = int(found[1]), int(found[2])
        if not (1900 <= year < 2200 and 1 <= month <= 12):
            raise NotSoundError(text)
        if found[4]:
            try:
                date(year, month, int(found[4]))
            except ValueError:
                raise NotSoundError(text) from None
        return _months(date(year, month, 1), 1, f"{year}-{month:02d}")
    found = re.fullmatch(r"(?:CY ?)?([0-9]{4})", text, re.IGNORECASE)
    quarter = re.fullmatch(r"([0-9]{4})[-/ ]?Q([1-4])", text, re.IGNORECASE)
    quarter_first = re.fullmatch(r"Q([1-4])[ /-]?([0-9]{4})", text, re.IGNORECASE)
    year = int(found[1] if found else quarter[1] if quarter else quarter_first[2] if quarter_first else 0)
    if not 1900 <= year < 2200:
        raise NotSoundError(text)
    shift = (year - sound.year) * 12
    if found:
        return _months(months_later(first, shift), 12, str(year))
    part = int(quarter[2] if quarter else quarter_first[1])
    return _months(months_later(first, shift + (part - 1) * 3), 3, f"{year}-Q{part}")


def _months(start: date, count: int, label: str) -> tuple[str, date, date]:
    last = months_later(start, count - 1)
    return label, start, last.replace(day=monthrange(last.year, last.month)[1])


_MORE = ("≥", ">=", "=>", ">", "at least", "min")
_LESS = ("≤", "<=", "=<", "<", "at most", "max")


def target(row: dict[str, str], direction: str, unit: str) -> dict[str, float | None]:
    """target, target_low and target_high of a row."""
    text = row["target"].strip().replace("−", "-")  # a target is a phrase, in which a minus can be nothing else
    low, high = number(row.get("target_low", "")), number(row.get("target_high", ""))
    if not text or _NUMBER.fullmatch(text):
        return {"target": number(text), "target_low": low, "target_high": high}
    found = re.fullmatch(r"([≥≤<>=]*)\s*([+-]?[0-9.]+)\s*(%?)(?:\s*[–—-]\s*([0-9.]+))?\s*(%?)", text)
    if found is None or not all(_NUMBER.fullmatch(part) for part in (found[2], found[4]) if part):
        raise NotSoundError(text)
    sign = found[1]
    if (sign in _MORE and direction == "lower") or (sign in _LESS and direction == "higher"):
        raise NotSoundError(text)
    if (found[3] or found[5]) and unit != "%":
        raise NotSoundError(text)
    if found[4]:
        return {"target": None, "target_low": number(found[2]), "target_high": number(found[4])}
    return {"target": number(found[2]), "target_low": low, "target_high": high}


def typed(table: str, rows: list[dict[str, str]], sound: Sound, kpis: list[dict[str, str]]) -> list[dict[str, Cell]]:
    """The rows as intake must hand them over; raises where a cell cannot be meant."""
    known = {row["kpi_id"].strip(): row for row in kpis}
    made: list[dict[str, Cell]] = []
    for row in rows:
        cells: dict[str, Cell] = {}
        for name, text in row.items():
            cells |= _cell(name, text, sound)
        if table == "kpis":
            cells |= target(row, row["direction"].strip().lower(), row["unit"].strip())
            cells["aggregate"] = cells.get("aggregate") or "last"
        if table == "targets":
            kpi = known.get(row["kpi_id"].strip(), {"direction": "", "unit": ""})
            cells |= {"target": target(row, kpi["direction"].strip().lower(), kpi["unit"].strip())["target"]}
        if table in {"kpis", "objectives"} and cells.get("weight") is None:
            cells["weight"] = 1.0
        if table == "actuals":
            cells["segment"] = cells.get("segment") or ""
        made.append(cells)
    return made


def _cell(name: str, text: str, sound: Sound) -> dict[str, Cell]:
    kinds: dict[str, Callable[[str], Cell]] = {"restricted_to": _audiences}
    if name == "period":
        label, first, last = span(text, sound)
        return {"period": label, "period_start": str(first), "period_end": str(last)}
    if name in _NUMBERS:
        return {name: number(text)}
    if name in _WORDS:
        word = text.strip().lower()
        if word and word not in _WORDS[name]:
            raise NotSoundError(text)
        return {name: word or None}
    if name in kinds:
        return {name: kinds[name](text)}
    return {} if name == "target" else {name: text.strip() or None}


def _audiences(text: str) -> Cell:
    entries = list(dict.fromkeys(part.strip().lower() for part in re.split("[;,\n]", text) if part.strip()))
    if any(entry not in {"executive", "department", "it"} for entry in entries):
        raise NotSoundError(text)
    return ";".join(entries) or None
