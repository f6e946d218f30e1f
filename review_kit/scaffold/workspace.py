"""A workspace of one's own: params, notebooks, and an example or the first reading of one's own file."""

import csv
import io
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from review_kit.errors import CannotWriteError, UsageError
from review_kit.scaffold.drafting import sources_yaml
from review_kit.scaffold.example import example
from review_kit.scaffold.filling_in import Derived
from review_kit.scaffold.reading import read_file
from review_kit.schema import INPUTS, render_contract
from review_kit.store import copy_file, write_text

_HEAD = """\
# The review of {year}. People write this file, code only reads it; decisions belong into {year}.decisions.yml.
cycle: "{year}"
organisation: My organisation
calendar: {{start: {year}-01-01, end: {year}-12-31}}     # any twelve whole months

"""

_HOW = """\
# Where the tables come from: a path, or a mapping where a file is not in our shape, for example
#   actuals:
#     path: data/results.xlsx
#     sheet: Results
#     header_row: 3                    # the row of the headings, as you see it in the sheet
#     columns: {kpi_id: "KPI no.", value: Result, period: Month}     # ours: theirs
#     missing: ["n/a", "tbd"]          # texts that mean: not measured
#     decimal: ","
# docs/data-contract.md lists the columns of every table. Only objectives, kpis and actuals are needed.
"""

_HOW_PROPOSED = """\
# Where the tables come from. This is a proposal: each line says why it was made, and lines that open with '?' are
# questions that only you can answer. Correct it, then `review check {year}` says what is still wrong.
# docs/data-contract.md lists the columns of every table and all keys of a source.
"""

_TAIL = """
{currency}scoring: {{profile: progress, green: 1.0, amber: 0.8, cap: 1.2, min_confidence: 0.5}}
signals: {{rules: nhs_r}}
reset:
  guardrails: {{max_step: 0.25}}        # no target moves further in one year without an approval

# Who may see what: rows whose restricted_to names none of these audiences are left out before anything is drawn.
editions:
  analyst: {{sees: [executive, department, it]}}
  executive: {{sees: [executive]}}

schedule: {{monthly: 5, quarterly: 10, annual: 20}}   # `review due` runs each so many days after its period; or none
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaffolded:
    """A workspace that was made of a file."""

    cycle: str
    written: list[Path]
    found: list[str]  # which sheet feeds which table
    doubts: list[str]  # what a person must look at
    to_fill_in: list[str]  # tables that lack something


def new_workspace(directory: Path, year: int) -> list[Path]:
    """Make the workspace in a folder that is new or empty; the files written, in the order of their names.

    Raises:
        UsageError: something stands in the folder already.
        CannotWriteError: a file cannot be written.

    """
    _must_be_empty(directory)
    tables = {name: csv_of(name, rows) for name, rows in example(year).items()}
    sources = "sources:\n" + "".join(f"  {name}: data/{name}.csv\n" for name in tables)
    params = _HEAD.format(year=year) + _HOW + sources + _TAIL.format(currency=_currency_line("EUR"))
    return _write(directory, year, params, tables)


def workspace_from(directory: Path, file: Path, year: int | None) -> Scaffolded:
    """Make the workspace of somebody's own file: copied, with params that propose how to read it.

    Raises:
        UsageError: something stands in the folder already, or the file holds nothing that a review could use.
        CannotWriteError: a file cannot be written.

    """
    _must_be_empty(directory)
    reading = read_file(file, year)
    copied = f"data/{reading.file_name}"
    derived = [part for part in reading.parts.values() if isinstance(part, Derived)]
    tables = {part.table: csv_of(part.table, part.rows) for part in derived}
    sources = "sources:\n" + sources_yaml(reading.parts, copied, reading.general)
    how = _HOW_PROPOSED.format(year=reading.year)
    params = _HEAD.format(year=reading.year) + how + sources + _TAIL.format(currency=_currency_line(reading.currency))
    written = _write(directory, reading.year, params, tables)
    copy_file(file, directory / copied)
    return Scaffolded(
        cycle=str(reading.year),
        written=sorted([*written, directory / copied]),
        found=reading.found,
        doubts=[*reading.of_tables, *reading.general],
        to_fill_in=[f"data/{part.table}.csv" for part in derived if part.doubts],
    )


def _currency_line(currency: str) -> str:
    """What params say of the money of initiatives; the line to fill in where nobody knows it."""
    told = (
        f"initiatives: {{currency: {currency or 'EUR'}}}   # of budgets and costs; every amount of the report says it\n"
    )
    return told if currency else f"# {told}"


def _must_be_empty(directory: Path) -> None:
    if directory.exists() and any(directory.iterdir()):
        msg = f"{directory} is not empty, and nothing in it shall be overwritten.\nHint: name a new folder."
        raise UsageError(msg)


def _write(directory: Path, year: int, params: str, tables: Mapping[str, str]) -> list[Path]:
    texts = {f"data/{name}.csv": text for name, text in tables.items()}
    texts[f"params/{year}.yml"] = params
    texts["docs/data-contract.md"] = "# The tables of a review\n\n" + render_contract()
    texts[".gitignore"] = "outputs/\n.ipynb_checkpoints/\n"
    for name, text in texts.items():
        write_text(directory / name, text)
    return sorted([*(directory / name for name in texts), *_copy_notebooks(directory / "notebooks")])


def _copy_notebooks(folder: Path) -> list[Path]:
    package = Path(__file__).resolve().parents[1]
    origin = next(path for path in (package / "notebooks", package.parent / "notebooks") if path.is_dir())
    try:
        folder.mkdir(parents=True)
        return [Path(shutil.copyfile(path, folder / path.name)) for path in sorted(origin.glob("*.ipynb"))]
    except OSError as error:
        msg = f"{folder}: cannot be written ({error.strerror}).\nHint: check the permissions of the folder."
        raise CannotWriteError(msg) from error


def csv_of(name: str, rows: Sequence[Mapping[str, object]]) -> str:
    """A CSV with every column that the table may have, so that nobody has to look up a heading."""
    columns = list(INPUTS[name].columns)
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, columns, lineterminator="\n", restval="")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()
