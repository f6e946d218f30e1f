"""The screens of `review check` in a terminal: a rule per source, counts in columns, places beside what is wrong."""

from collections.abc import Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from review_kit.cli.check_screens import Screen, is_unsaid
from review_kit.model.fault import Fault, Severity

_HEADS = ("read", "used", "refused", "outside", "duplicate")
_RULE = 4  # characters of a rule behind its title
_PLACE = 22  # characters of the place of a fault; what is longer is broken
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def show(screens: Sequence[Screen], out_of: str, console: Console | None = None) -> None:
    """Print the screens as wide as the terminal is."""
    console = console or Console(highlight=False)
    for screen in screens:
        title = Text(screen.source, "bold", overflow="fold")
        if title.cell_len + _RULE > console.width:  # a rule would cut it off
            console.print(title, Rule(style="dim"), sep="\n")
        else:
            console.print(Rule(title, align="left", style="dim"))
        console.print(Padding(Group(*_parts(screen, out_of)), (0, 0, 1, 2)))


def _parts(screen: Screen, out_of: str) -> list[RenderableType]:
    parts: list[RenderableType] = [_counts(screen)] if screen.tables else []
    if screen.unread:
        parts.append(Text("Nothing of it can be used.", "bold red"))
    parts += [Text(line) for line in screen.said]
    worst = "bold red" if screen.errors else "yellow" if screen.faults else "green"
    parts.append(Text(screen.verdict, worst))
    if screen.shown:
        parts += [Text(), _faults(screen.faults[: screen.shown])]
    if len(screen.faults) > screen.shown:
        parts += [Text(), Text(f"… and {len(screen.faults) - screen.shown:,} more here; {out_of}")]
    return parts


def _counts(screen: Screen) -> Table:
    """Read = used + refused + outside + duplicate, a row per table that the source feeds."""
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
    table.add_column("table", no_wrap=True)
    for number, name in enumerate(_HEADS):
        if number:
            table.add_column("=" if number == 1 else "+", style="dim")
        table.add_column(name, justify="right", no_wrap=True)
    for row in screen.tables:
        cells = [str(row["table"])]
        for number, name in enumerate(_HEADS):
            cells += ([""] if number else []) + [f"{row[name]:,}"]
        table.add_row(*cells, style="red" if row["refused"] else "")
    return table


def _faults(faults: Sequence[Fault]) -> Table:
    """Each fault beside its place; what is wrong in the same words in several rows is said once."""
    table = Table.grid(padding=(0, 2, 1, 0))
    table.add_column(no_wrap=True)
    table.add_column(max_width=_PLACE, overflow="fold")
    table.add_column(ratio=1, overflow="fold")
    alike: dict[tuple[str, ...], list[Fault]] = {}
    for fault in faults:
        same = (fault.severity, fault.sheet, fault.column, fault.message, fault.value, fault.hint)
        alike.setdefault(same, []).append(fault)
    for together in alike.values():
        fault = together[0]
        parts = [rows_told([one.row for one in together if one.row is not None])]
        parts += [f"column {fault.column}"] if fault.column else []
        words = [Text(fault.message)]
        if is_unsaid(fault):
            words.append(Text(f"Value: {fault.value}"))
        if fault.hint:
            words.append(Text(f"Hint: {fault.hint}", "dim"))
        place = "\n".join(part for part in parts if part) or "the source"
        table.add_row(Text(str(fault.severity), _COLOURS[fault.severity]), Text(place), Group(*words))
    return table


def rows_told(rows: Sequence[int]) -> str:
    """'row 7', 'rows 2, 5-9, 12'; '' for none."""
    runs: list[list[int]] = []
    for row in rows:
        if runs and row == runs[-1][1] + 1:
            runs[-1][1] = row
        else:
            runs.append([row, row])
    told = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
    return f"{'row' if len(rows) == 1 else 'rows'} {told}" if told else ""
