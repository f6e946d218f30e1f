"""The scorecard for people who live in Excel: values to sort and filter, no formulas, the same bytes every time."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from review_kit.model.figures import known
from review_kit.model.words import Certainty
from review_kit.report.meta import DocumentMeta
from review_kit.report.workbook_look import Kind, Styles, colour, head_format, number_format, set_up_print
from review_kit.store import write_bytes
from review_kit.tables_view.cells import records
from review_kit.tables_view.labels import sentence_case, status_of, words

if TYPE_CHECKING:
    from xlsxwriter.format import Format

_OPTIONS: Final = {
    "in_memory": True,
    "strings_to_formulas": False,  # a KPI called '=1+1' is a text
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
_HEAD_ROW: Final = 3  # 0-based: title, subtitle and an empty row stand above
_TIMELESS: Final = date(1980, 1, 1)  # where no day is given; the first that a zip file knows
_DIRECTIONS: Final = {"higher": "at least", "lower": "at most", "range": "within"}
_STRICT: Final = {"higher": "above", "lower": "below", "range": "within"}


def _target_is(row: Mapping[str, Any]) -> str:
    """On which side of the target its KPI has to lie, and whether a tie will do."""
    strict = words(row.get("strict")) == "True"
    return (_STRICT if strict else _DIRECTIONS).get(words(row.get("direction")), "")


@dataclass(frozen=True, slots=True)
class _Field:
    heading: str
    kind: Kind
    of: str | Callable[[Mapping[str, Any]], Any]  # a column, or what is made of a row
    width: int

    def value(self, row: Mapping[str, Any]) -> Any:
        return self.of(row) if callable(self.of) else row.get(self.of)


_SCORECARD: Final = (
    _Field("Objective", "long", "objective", 30),
    _Field("KPI", "long", "name", 42),
    _Field("Owner", "text", "owner", 20),
    _Field("Unit", "text", "unit", 14),
    _Field("Actual", "value", "actual", 12),
    _Field("Certainty", "text", lambda row: _unless_final(words(row.get("certainty"))), 12),
    _Field("Actual is", "text", "origin", 10),
    _Field("Target is", "text", _target_is, 10),
    _Field("Target", "value", "target", 12),
    _Field("Target from", "value", "target_low", 12),
    _Field("Target to", "value", "target_high", 12),
    _Field("Origin of target", "text", "target_origin", 14),
    _Field("Gap", "signed", "gap", 11),
    _Field("Change", "signed", "change", 11),
    _Field("Score of 100", "points", "score", 11),
    _Field("Scored by", "text", "profile", 13),
    _Field("Status", "status", "status", 14),
    _Field("Signal", "signal", "variation", 17),
    _Field("Forecast", "value", "forecast", 12),
    _Field("Chance to meet", "chance", "p_meet", 12),
    _Field("Weight", "count", "weight", 9),
    _Field("Periods", "count", "n_periods", 9),
    _Field("KPI id", "text", "kpi_id", 20),
)
_OBJECTIVES: Final = (
    _Field("Level", "text", lambda row: sentence_case(words(row.get("level"))), 14),
    _Field("Name", "long", "name", 46),
    _Field("Belongs to", "text", "parent", 24),
    _Field("Score of 100", "points", "score", 12),
    _Field("Previous score", "points", "previous_score", 12),
    _Field("Status", "status", "status", 14),
    _Field("Weight scored", "share", "coverage", 11),
    _Field("Values that came", "share", "confidence", 11),
    _Field("Weight", "count", "weight", 9),
    _Field("KPIs", "count", "n_kpis", 8),
    _Field("Scored", "count", "n_scored", 8),
)
_FINDINGS: Final = (
    _Field("Severity", "text", lambda row: sentence_case(words(row.get("severity"))), 11),
    _Field("State", "text", lambda row: sentence_case(words(row.get("state"))), 12),
    _Field("Points lost", "lost", lambda row: None if words(row.get("severity")) == "success" else row.get("cost"), 9),
    _Field("Finding", "long", "headline", 50),
    _Field("Evidence", "long", "evidence", 50),
    _Field("Recommendation", "long", "recommendation", 50),
    _Field("Owner", "text", "owner", 20),
    _Field("About", "text", "subject", 24),
)
_DEFINITIONS: Final = (
    _Field("KPI", "long", "name", 42),
    _Field("What it measures", "long", "definition", 60),
    _Field("Source", "long", "data_source", 32),
    _Field("Measured", "text", "frequency", 12),
)
_READING: Final = (
    ("Actual is", "Read as it stands in the source, computed from several values, or rolled up from segments."),
    ("Origin of target", "Read as it stands in the source, or computed by the path of the target."),
    (
        "Certainty",
        "Preliminary: values behind the actual may still change. Projected: some are forecasts. Empty: final.",
    ),
    ("Target is", "At least, at most: a tie is met. Above, below: a tie misses. Within: from … to …"),
    ("Gap", "Actual less target, in the KPI's own unit."),
    (
        "Score of 100",
        "100 means that the target was met, by the report's method. Computed for a KPI, rolled up above.",
    ),
    ("Gap, change, forecast, chance", "Computed."),
    ("Status", "● on target, ◐ near, ■ off target, ○ not scored (no target or no value)."),
    (
        "Signal",
        "Improvement or concern: beyond the usual variation. Common cause: within it. Too few points: not known yet.",
    ),
    ("Chance to meet", "Of meeting the target if the KPI goes on as it did."),
    ("Weight scored", "How much of the weight below a score could be scored."),
    ("Values that came", "How many of the values that were due below a score have come."),
    ("State", "New, persisting or resolved since the last review."),
    (
        "Points lost",
        "Of 100: weight × gap × confidence. Findings of one story overlap: do not add them up.",
    ),
    ("Empty cells", "Nothing is known; an empty cell is not a zero."),
)


def write_scorecard(
    path: Path,
    scores: pd.DataFrame,
    kpis: pd.DataFrame,
    rollup: pd.DataFrame,
    findings: pd.DataFrame,
    meta: DocumentMeta,
    *,
    as_of: date | None = None,
) -> None:
    """Write the workbook with the sheets Scorecard, Objectives, Findings, Definitions and About.

    `as_of` becomes the file's date of creation, so that the same review gives the same bytes.

    Raises:
        CannotWriteError: the file is open in Excel, or its folder may not be written to.

    """
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, _OPTIONS) as book:
        _fill(book, _with_objectives(scores, rollup), kpis, rollup, findings, meta, as_of or _TIMELESS)
    write_bytes(path, content.getvalue(), durable=False)


def _fill(
    book: xlsxwriter.Workbook,
    scores: pd.DataFrame,
    kpis: pd.DataFrame,
    rollup: pd.DataFrame,
    findings: pd.DataFrame,
    meta: DocumentMeta,
    as_of: date,
) -> None:
    book.set_properties(
        {
            "title": meta.page_title,
            "company": meta.organisation,
            "comments": meta.generator,
            "created": datetime(as_of.year, as_of.month, as_of.day),  # noqa: DTZ001 - a day, nowhere in particular
        }
    )
    styles = Styles(book, meta.brand)
    sheets = (
        ("Scorecard", "Every KPI against its target", _SCORECARD, scores, 2),
        ("Objectives", "Scores by objective and perspective", _OBJECTIVES, rollup, 2),
        ("Findings", "What was found, and what is recommended", _FINDINGS, findings, 0),
        ("Definitions", "What each KPI measures", _DEFINITIONS, kpis, 1),
    )
    for name, title, fields, frame, frozen in sheets:
        _write_sheet(book.add_worksheet(name), (name, title), fields, frame, frozen, styles, meta)
    _write_about(book.add_worksheet("About"), styles, meta)


def _write_sheet(
    sheet: Worksheet,
    names: tuple[str, str],
    fields: Sequence[_Field],
    frame: pd.DataFrame,
    frozen: int,
    styles: Styles,
    meta: DocumentMeta,
) -> None:
    name, title = names
    rows = records(frame)
    columns = [(field, [field.value(row) for row in rows]) for field in fields]
    columns = [(field, values) for field, values in columns if field.kind == "long" or any(map(words, values))]
    used = [field for field, _ in columns]
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, f"{meta.organisation}: {title}", styles.title)
    sheet.write_string(1, 0, ", ".join(part for part in (meta.checkpoint_title, meta.as_of, meta.edition) if part))
    heads = [{"header": field.heading, "header_format": head_format(field.kind, styles)} for field in used]
    last_row = _HEAD_ROW + max(len(rows), 1)
    look = {"name": name, "style": "Table Style Light 1", "banded_rows": False, "columns": heads}
    sheet.add_table(_HEAD_ROW, 0, last_row, len(used) - 1, look)
    stated = [row.get("decimals") for row in rows]
    for at, (field, values) in enumerate(columns):
        sheet.set_column(at, at, field.width)
        _write_column(sheet, at, field, values, stated, styles)
        colour(sheet, (_HEAD_ROW + 1, at, last_row, at), field.kind, styles)
    sheet.set_row(_HEAD_ROW, 32)
    sheet.freeze_panes(_HEAD_ROW + 1, frozen)
    set_up_print(sheet, meta, head_row=_HEAD_ROW)


def _write_column(
    sheet: Worksheet, at: int, field: _Field, values: Sequence[Any], stated: Sequence[Any], styles: Styles
) -> None:
    """The cells of one column below its heading; `stated` holds each row's decimals as published."""
    rows = enumerate(values, start=_HEAD_ROW + 1)
    match field.kind:
        case "value" | "signed" | "share" | "chance" | "points" | "lost" | "count":
            _write_numbers(sheet, at, field.kind, values, stated, styles)
        case "status":
            for down, value in rows:
                status = status_of(value)
                text = f"{status.symbol} {sentence_case(status.value)}" if status else words(value)
                sheet.write_string(down, at, text, styles.get())
        case "signal":
            for down, value in rows:
                sheet.write_string(down, at, sentence_case(words(value)), styles.get())
        case _:
            look = styles.get(text_wrap=field.kind == "long")
            for down, value in rows:
                if text := words(value):
                    sheet.write_string(down, at, text, look)


def _write_numbers(
    sheet: Worksheet, at: int, kind: Kind, values: Sequence[Any], stated: Sequence[Any], styles: Styles
) -> None:
    formats: dict[str, Format] = {}
    for down, (value, decimals) in enumerate(zip(values, stated, strict=True), start=_HEAD_ROW + 1):
        if known(value):
            shown = number_format(kind, float(value), decimals if known(decimals) else None)
            if shown not in formats:
                formats[shown] = styles.get(num_format=shown)
            sheet.write_number(down, at, float(value * 100 if kind == "points" else value), formats[shown])


def _unless_final(certainty: str) -> str:
    return "" if certainty == Certainty.ACTUAL else sentence_case(certainty)


def _write_about(sheet: Worksheet, styles: Styles, meta: DocumentMeta) -> None:
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 18)
    sheet.set_column(1, 1, 96)
    sheet.write_string(0, 0, "About this workbook", styles.title)
    facts = (
        ("Organisation", meta.organisation),
        ("Document", f"{meta.title}, {meta.checkpoint_title}, {meta.as_of}"),
        ("Edition", meta.edition),
        ("Made by", meta.generator),
    )
    lines = [(name, text) for name, text in facts if text]
    for down, (name, text) in enumerate([*lines, ("", ""), *_READING], start=2):
        sheet.write_string(down, 0, name, styles.get(bold=True))
        sheet.write_string(down, 1, text, styles.get(text_wrap=True))
    set_up_print(sheet, meta, head_row=_HEAD_ROW)


def _with_objectives(scores: pd.DataFrame, rollup: pd.DataFrame) -> pd.DataFrame:
    """Scores with the name of each KPI's objective, or its id where the roll-up does not know it."""
    if "objective_id" not in scores.columns:
        return scores.assign(objective="")
    names: dict[str, str] = {}
    if not rollup.empty:
        objectives = rollup[rollup["level"] == "objective"]
        names = dict(zip(objectives["id"], objectives["name"], strict=True))
    ids = scores["objective_id"]
    return scores.assign(objective=ids.map(names).fillna(ids))
