"""What `review check` says: one screen a source, in a terminal and in plain text."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from review_kit.intake import Intake
from review_kit.model.fault import Fault, Severity
from review_kit.model.shares import shares

FAULTS_SHOWN = 100
_KPIS_NAMED = 3
_PARTS = {"used": "used", "refused": "refused", "outside": "outside the period", "duplicate": "duplicate"}


@dataclass(slots=True)
class Screen:
    """One source: the tables it feeds with what became of their rows, and what is wrong with it."""

    source: str  # 'data/actuals.xlsx#Actuals'
    tables: list[Mapping[str, int | str]] = field(default_factory=list)  # rows of the reconciliation
    faults: list[Fault] = field(default_factory=list)  # errors first
    shown: int = 0  # how many of the faults are told here
    said: list[str] = field(default_factory=list)  # how fresh its values are

    @property
    def unread(self) -> bool:
        """Whether nothing of it can be used."""
        return bool(self.tables) and not any(row["used"] for row in self.tables) and self.errors > 0

    @property
    def errors(self) -> int:
        """How many of its faults stop the review."""
        return sum(fault.severity is Severity.ERROR for fault in self.faults)

    @property
    def verdict(self) -> str:
        """'2 errors, 1 warning'."""
        return tally(self.errors, len(self.faults) - self.errors)


def screens_of(intake: Intake, fresh: pd.DataFrame) -> list[Screen]:
    """A screen for each source, in the order of the tables; the first faults are shared out among them."""
    screens: dict[str, Screen] = {}
    for row in intake.reconciliation.to_dict("records"):
        screen = screens.setdefault(str(row["source"]), Screen(str(row["source"])))
        screen.tables.append({str(name): value for name, value in row.items()})
        if row["table"] == "actuals" and row["used"]:
            screen.said = freshness_lines(fresh)
    for fault in intake.faults:
        _screen_of(fault, screens).faults.append(fault)
    told = list(screens.values())
    for screen in told:
        screen.faults.sort(key=lambda fault: fault.severity is not Severity.ERROR)  # else in their order
    for screen, count in zip(told, shares([len(screen.faults) for screen in told], FAULTS_SHOWN), strict=True):
        screen.shown = count
    return told


def _screen_of(fault: Fault, screens: dict[str, Screen]) -> Screen:
    """The screen of its sheet, otherwise of its file."""
    place = f"{fault.file}#{fault.sheet}" if fault.sheet else fault.file
    if place in screens:
        return screens[place]
    of_file = (name for name in screens if name.partition("#")[0] == fault.file)
    name = next(of_file, place)
    return screens.setdefault(name, Screen(name))


def tally(errors: int, warnings: int) -> str:
    """'1 error, no warnings'."""
    return f"{counted(errors, 'error')}, {counted(warnings, 'warning')}"


def counted(number: int, noun: str) -> str:
    """'1 error', 'no errors', '1,335 rows'."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}" if number else f"no {noun}s"


def rows_line(row: Mapping[str, int | str]) -> str:
    """'1,335 rows read = 1,308 used + 3 refused + 24 outside the period + 0 duplicate'."""
    parts = " + ".join(f"{row[name]:,} {words}" for name, words in _PARTS.items())
    return f"{row['read']:,} {'row' if row['read'] == 1 else 'rows'} read = {parts}"


def freshness_lines(fresh: pd.DataFrame) -> list[str]:
    """How far the values reach, what is behind, what is not final."""
    late = fresh[fresh["behind"].gt(0)].sort_values("behind", ascending=False, kind="stable")
    up_to_date, waiting = int((fresh["due"].notna() & fresh["behind"].eq(0)).sum()), int(fresh["due"].isna().sum())
    lines = []
    if up_to_date:
        lines.append(f"{counted(up_to_date, 'KPI')} {'has' if up_to_date == 1 else 'have'} the last value that is due.")
    if len(late):
        named = [_late(row) for row in late.head(_KPIS_NAMED).to_dict("records")]
        more = f" and {len(late) - _KPIS_NAMED} more" if len(late) > _KPIS_NAMED else ""
        verb = "is" if len(late) == 1 else "are"
        lines.append(f"{counted(len(late), 'KPI')} {verb} behind: {', '.join(named)}{more}.")
    if waiting:
        lines.append(f"{counted(waiting, 'KPI')} {'has' if waiting == 1 else 'have'} no value due yet.")
    for word in ("preliminary", "projected"):
        periods, kpis = int(fresh[word].sum()), int(fresh[word].gt(0).sum())
        if kpis:
            verb = "is" if periods == 1 else "are"
            lines.append(f"{counted(periods, 'period')} of {counted(kpis, 'KPI')} {verb} {word}.")
    return lines


def _late(row: Mapping[Hashable, Any]) -> str:
    if isinstance(row["last"], str):
        return f"{row['kpi_id']} (last {row['last']}, due {row['due']})"
    return f"{row['kpi_id']} (no value)"


def plain_lines(screens: Sequence[Screen], out_of: str) -> Iterator[str]:
    """The screens as lines that other programs can cut: each fault with its whole place."""
    for screen in screens:
        yield screen.source
        for row in screen.tables:
            yield f"  {row['table']}: {rows_line(row)}"
        if screen.unread:
            yield "  nothing of it can be used"
        yield from (f"  {line}" for line in screen.said)
        yield f"  {screen.verdict}"
        for fault in screen.faults[: screen.shown]:
            yield f"\n{fault.severity}: {fault}"
            if is_unsaid(fault):
                yield f"Value: {fault.value}"
        if len(screen.faults) > screen.shown:
            yield f"\n… and {len(screen.faults) - screen.shown:,} more here; {out_of}"
        yield ""


def is_unsaid(fault: Fault) -> bool:
    """Whether the value of the cell does not stand in the message."""
    return bool(fault.value.strip()) and fault.value not in fault.message
