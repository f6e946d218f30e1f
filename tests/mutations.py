"""One cell, row or heading of a sound cycle is changed: intake agrees with the oracle, or names that very place.

python tests/mutations.py --examples 10000
"""

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from oracle import NotSoundError, typed
from sound_cycles import Sound, lines_of, sound_cycle, write

from review_kit.intake import Intake, read_cycle
from review_kit.model.fault import Fault
from review_kit.params import find_checkpoint

Grid = list[list[str]]
WORDS = (
    "", " ", "0", "-1", "1e5", "1E308", "1e999", "1,5", "1.234,5", "12%", "(5)", "5-", "−5", "$5", "1_000", "１２",
    "0x1F", "nan", "NaN", "inf", "-", "n/a", "NA", "None", "null", "TRUE", "#REF!", "tbd", "2011-12", "2025", "2025-13",
    "2025-Q5", "2025-02-30", "31.12.2025", "03/04/2025", "46112", "FY2025", "Q1 2025-26", "2025-26", "Total", "higher",
    "lower", "sum", "executive", "everyone", "O1", "K1", "kpi-1", "North", "Süd", "Su\u0308d", "a\u200bb", "\u202eabc",
    "\x07", "a\nb", '"', "'", ";", "=1+1", "<b>", "AKIAIOSFODNN7EXAMPLE", "𝟓", "½", "5\u00a0000", "٣",
)  # fmt: skip
_ROW_RULES = {"duplicate-key", "duplicate-row", "overlapping-periods", "missing-key", "unclear-aggregate"}


@dataclass(frozen=True)
class Mutation:
    """What was changed where; row 0 is that of the headings."""

    table: str
    kind: str  # cell, delete, repeat
    row: int
    column: int
    text: str


@st.composite
def mutations(draw: st.DrawFn) -> tuple[Sound, Mutation]:
    sound = sound_cycle(draw(st.integers(0, 10_000)))
    table = draw(st.sampled_from(sorted(sound.tables)))
    grid = sound.grid(table)
    kind = draw(st.sampled_from([*["cell"] * 8, "delete", "repeat"]))
    row = draw(st.integers(0 if kind == "cell" else 1, len(grid) - 1))
    column = draw(st.integers(0, len(grid[0]) - 1))
    old = grid[row][column]
    return sound, Mutation(table, kind, row, column, draw(_texts(old)))


def _texts(old: str) -> st.SearchStrategy[str]:
    """Other texts: one slip away, or quite another."""
    letters = st.sampled_from([*list("0123456789.,-+eE %/OolIК "), "\xa0", "\u200b", "\ufeff", "é", "\n"])
    at = st.integers(0, max(len(old) - 1, 0))
    one_in = st.builds(lambda place, letter: old[:place] + letter + old[place:], st.integers(0, len(old)), letters)
    one_out = st.builds(lambda place: old[:place] + old[place + 1 :], at)
    other = st.builds(lambda place, letter: old[:place] + letter + old[place + 1 :], at, letters)
    turned = st.sampled_from([old.upper(), old.lower(), old[::-1], f" {old} ", old * 2])
    return st.one_of(st.sampled_from(WORDS), one_in, one_out, other, turned, st.text(max_size=12)).filter(_writable)


def _writable(text: str) -> bool:
    """What a CSV file in UTF-8 can hold."""
    return "\0" not in text and "\r" not in text and not any(0xD800 <= ord(letter) < 0xE000 for letter in text)


def mutated(sound: Sound, change: Mutation) -> Grid:
    grid = [list(row) for row in sound.grid(change.table)]
    if change.kind == "cell":
        grid[change.row][change.column] = change.text
    elif change.kind == "delete":
        del grid[change.row]
    else:
        grid.append(list(grid[change.row]))
    return grid


def check(sound: Sound, change: Mutation, root: Path) -> None:
    """Holds what every change has to keep."""
    grid = mutated(sound, change)
    write(sound, root, {change.table: grid})
    intake = read_cycle(*find_checkpoint(sound.cycle, root / "params"), root)
    counts = intake.reconciliation
    assert (counts["read"] == counts[["used", "refused", "outside", "duplicate"]].sum(axis=1)).all()
    if intake.faults:
        assert names(intake, sound, change, grid), [str(fault) for fault in intake.faults[:5]]
    else:
        agree(intake, sound, change, grid)


def names(intake: Intake, sound: Sound, change: Mutation, grid: Grid) -> bool:
    """Whether a fault stands at the changed place, or tells its row; for a row that is gone, what it was."""
    old = sound.grid(change.table)
    if change.kind == "delete":
        gone = old[change.row][0].strip()
        return any(gone in str(fault) or fault.rule == "no-rows" for fault in intake.faults)
    row = len(grid) - 1 if change.kind == "repeat" else change.row
    line = lines_of(grid)[row]
    heading, was = grid[0][change.column].strip(), old[0][change.column]
    was_cell = old[change.row][change.column].strip()
    file = f"data/{change.table}.csv"
    for fault in intake.faults:
        if f"row {line} of {file}" in fault.message:
            return True
        if told_elsewhere(fault, change, old[change.row][0].strip(), was_cell):
            return True
        if fault.file != file:
            continue
        at_row = fault.row == line or str(line) in fault.message.replace(",", " ").split()
        at_column = fault.column in {heading, was, ""} or fault.rule in _ROW_RULES or change.kind == "repeat"
        at_heading = change.row == 0 and (was in str(fault) or (heading and heading in str(fault)))
        if (at_row and at_column) or at_heading:
            return True
        parts = {fault.column, heading} == {"numerator", "denominator"} and f"'{change.text.strip()}'" in fault.message
        if at_row and (change.table == "kpis" or parts):  # of two cells that contradict each other either may be meant
            return True
    return False


def told_elsewhere(fault: Fault, change: Mutation, was_key: str, was_cell: str) -> bool:
    """Whether the fault stands elsewhere because of the change: what was there is missing there now."""
    lost_its_kpi = fault.rule == "objective-without-kpis" and change.table == "kpis" and fault.value == was_cell
    lost_a_period = fault.rule == "missing-target" and change.table == "targets" and f"'{was_key}'" in fault.message
    return lost_its_kpi or lost_a_period


def agree(intake: Intake, sound: Sound, change: Mutation, grid: Grid) -> None:
    """Every table is what the oracle makes of the texts."""
    grids = {table: grid if table == change.table else sound.grid(table) for table in sound.tables}
    rows = {table: _rows(grids[table]) for table in grids}
    for table, texts in rows.items():
        try:
            expected = typed(table, texts, sound, rows["kpis"])
        except NotSoundError as error:
            msg = f"{error!r} was taken without a word"
            raise AssertionError(msg) from error
        found = intake.tables["measures" if table == "actuals" else table]
        for name in expected[0] if expected else ():
            if name in found:
                ours = [None if pd.isna(cell) else _plain(cell) for cell in found[name]]
                assert ours == [row[name] for row in expected], (table, name)


def _rows(grid: Grid) -> list[dict[str, str]]:
    """Texts by heading; a row in which nothing stands is none, a column without our name is nobody's."""
    heads = [heading.strip() for heading in grid[0]]
    heads[0] = heads[0].removeprefix("\ufeff").strip()  # a byte order mark
    return [dict(zip(heads, row, strict=True)) for row in grid[1:] if any(cell.strip() for cell in row)]


def _plain(cell: object) -> object:
    return f"{cell:%Y-%m-%d}" if isinstance(cell, pd.Timestamp) else cell


def run(examples: int) -> None:
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink),
    )
    @given(mutations())
    def every_change_is_read_or_named(made: tuple[Sound, Mutation]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            check(*made, Path(folder) / "workspace")

    every_change_is_read_or_named()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=10_000)
    examples = parser.parse_args().examples
    run(examples)
    sys.stdout.write(f"{examples} changes: each was read as the oracle reads it, or named at its place.\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
