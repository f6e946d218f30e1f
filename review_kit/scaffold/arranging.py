"""How the values of a sheet are laid out: in one column, below periods, or below KPIs, and parted by what."""

from collections.abc import Mapping, Sequence

import pandas as pd

from review_kit.intake.periods import PeriodReader
from review_kit.model.period import Calendar, Period
from review_kit.scaffold.choosing import kpi_column, number_columns, part_columns, period_columns
from review_kit.scaffold.looking import DAY, Column, Sheet
from review_kit.scaffold.matching import Match
from review_kit.scaffold.proposal import Proposal, listed
from review_kit.scaffold.spans import canonical, lacks_year, without_plan
from review_kit.scaffold.words import IS_ACTUAL, IS_TARGET, plain

_FEW = 0.5  # share of the rows: a column with fewer different texts can part the rows into segments


def rows_of_actuals(sheet: Sheet) -> tuple[str, list[str], list[str]] | None:
    """The column that says in each row whether it is planned or actual, and the texts that say so; None without one."""
    for column in sheet.columns:
        actual = [text for text in column.distinct if plain(text) in IS_ACTUAL]
        planned = [text for text in column.distinct if plain(text) in IS_TARGET]
        if actual and planned and len(actual) + len(planned) == len(column.distinct):
            return column.heading, actual, planned
    return None


def targets_beside(actuals: Proposal, whole: Sheet, year: int | None) -> Proposal | None:
    """What was planned for the periods of the values, where the same sheet says it in rows or columns of its own."""
    if "kpi_id" not in actuals.columns:
        return None
    said = rows_of_actuals(whole)
    if said is not None and "period" in actuals.keys.get("melt", {}):
        heading, _, planned = said
        targets = Proposal(table="targets", sheet=whole.only(heading, planned))
        entries = actuals.keys["melt"]["period"]
        targets.key("where", {heading: planned}, "the rows that say what was planned")
    else:
        told = {column.heading: canonical(without_plan(column.heading), year) for column in whole.columns}
        entries = [(heading, label) for heading, label in told.items() if label]
        if len(entries) < 2:  # noqa: PLR2004 - one alone is the target of the KPI
            return None
        targets = Proposal(table="targets", sheet=whole)
    targets.take("kpi_id", actuals.columns["kpi_id"], actuals.why["kpi_id"])
    targets.key("melt", {"period": entries}, "what was planned for these periods")
    return targets


def lay_out(proposal: Proposal, matches: Mapping[str, Match], year: int | None) -> None:
    """Long, wide with periods as headings, or wide with KPIs as headings."""
    sheet, spans = proposal.sheet, period_columns(proposal.sheet)
    kpi = kpi_column(sheet, matches)
    if kpi and "kpi_id" not in proposal.columns:
        proposal.take("kpi_id", [kpi], "it names the KPI")
    parts = part_columns(sheet)
    if kpi and spans and not {"period", "value"} <= proposal.columns.keys():
        _forget(proposal, "period", "value", "numerator", "denominator")
        _melt_periods(proposal, spans, year)
    elif kpi and parts and "period" not in proposal.columns:
        _forget(proposal, "segment", "value", "numerator", "denominator")
        proposal.key("melt", {"segment": list(parts.items())}, "its headings are parts of the organisation")
    elif not kpi:
        measured = number_columns(sheet, matches)
        _forget(proposal, "value", "numerator", "denominator")
        entries = [(column.heading, column.heading) for column in measured]
        proposal.key("melt", {"kpi_id": entries}, "each KPI has a column of its own")
        proposal.doubts.append(
            f"{proposal.place}: {listed(heading for heading, _ in entries)} became KPIs, since each is a column of "
            "numbers. Remove from `melt` what is none; two that make up a ratio belong into numerator and denominator."
        )
    else:
        _join_year_and_month(proposal)
    if "period" not in proposal.columns and not spans:
        _say_period(proposal, year)


def _forget(proposal: Proposal, *columns: str) -> None:
    for ours in columns:
        proposal.columns.pop(ours, None)


def _say_period(proposal: Proposal, year: int | None) -> None:
    """A sheet without any period: its values are those of a year that something else says."""
    if year is None:
        told = 'Which one do its values belong to? Add constants: {period: "2025"}, or run `review new` with --year.'
        proposal.doubts.append(f"{proposal.place}: no heading and no column says a period. {told}")
        return
    proposal.key("constants", {"period": str(year)}, "no heading and no column says a period")
    proposal.doubts.append(f"{proposal.place}: no heading and no column says a period. Are all its values of {year}?")


def _melt_periods(proposal: Proposal, spans: Sequence[Column], year: int | None) -> None:
    entries, unread = [], []
    if days := _days_of_a_month(spans, year):
        proposal.doubts.append(
            f"{proposal.place}: the headings {listed(days)} are days, and of a month one value can count. Bring the "
            "days of a month together before, or write the heading that counts for each month into `melt`."
        )
        return
    for column in spans:
        label = canonical(column.heading, year)
        if label:
            entries.append((column.heading, label))
        else:
            unread.append(column.heading)
    if entries:
        proposal.key("melt", {"period": entries}, "its headings are periods")
    if unread:
        proposal.doubts.append(
            f"{proposal.place}: the headings {listed(unread)} say no year. Run `review new` again with --year, "
            "or write {heading: period} into `melt`."
        )
    labels = [label for _, label in entries]
    if len({len(label) for label in labels}) > 1:
        proposal.doubts.append(
            f"{proposal.place}: the headings mix months, quarters or years ({listed(labels)}). A year beside its own "
            "months would count twice: keep one kind in `melt`."
        )


def _days_of_a_month(spans: Sequence[Column], year: int | None) -> list[str]:
    """The headings, where several of them are days of one month; a heading alone in its month may stand for it."""
    days = [column.heading for column in spans if DAY.fullmatch(column.heading.strip())]
    months = [canonical(heading, year) for heading in days]
    return days if len(set(months)) < len(months) else []


def _join_year_and_month(proposal: Proposal) -> None:
    """A column of years beside one of months makes the period together."""
    if "period" not in proposal.columns:
        return
    sheet, (heading,) = proposal.sheet, proposal.columns["period"]
    used = {theirs[0] for theirs in proposal.columns.values()}
    years = [column for column in sheet.columns if column.holds_years]
    parts = [
        column
        for column in sheet.columns
        if (column.distinct and all(map(lacks_year, column.distinct))) or _is_month_number(column)
        if column.heading == heading or column.heading not in used
    ]
    if years and parts and years[0].heading != parts[0].heading and heading in {years[0].heading, parts[0].heading}:
        both = [years[0].heading, parts[0].heading]
        proposal.take("period", both, "the year and its month or quarter stand in two columns")


def _is_month_number(column: Column) -> bool:
    said = column.heading.casefold()
    whole = all(text.isdigit() and 1 <= int(text) <= 12 for text in column.distinct)  # noqa: PLR2004
    return bool(column.distinct) and whole and said[:2] in {"mo", "me", "ma", "mê"}


def part_into_segments(proposal: Proposal) -> None:
    """Where KPI and period stand in several rows, the columns that tell these rows apart."""
    keys = [name for name in ("kpi_id", "period", "segment") if name in proposal.columns]
    frame = pd.DataFrame({name: proposal.texts(name) for name in keys})
    if frame.empty or not frame.duplicated().any():
        return
    used = {heading for theirs in proposal.columns.values() for heading in theirs}
    melted = {heading for entries in proposal.keys.get("melt", {}).values() for heading, _ in entries}
    parts = list(proposal.columns.get("segment", ()))
    for column in proposal.sheet.columns:
        few = len(column.distinct) < _FEW * len(frame)
        if column.heading in used | melted or not few or len(column.distinct) < 2:  # noqa: PLR2004 - it parts nothing
            continue
        before = int(frame.duplicated().sum())
        trial = frame.assign(**{column.heading: column.cells})
        if int(trial.duplicated().sum()) < before:
            frame, parts = trial, [*parts, column.heading]
        if not frame.duplicated().any():
            break
    if frame.duplicated().any() or not parts:
        at = int(frame.duplicated().to_numpy().argmax())
        told = " and ".join(f"{name} {frame[name].iloc[at]}" for name in keys)
        proposal.doubts.append(f"{proposal.place}: {told} stands in several rows. Which column parts them? segment: …")
    elif tuple(parts) != proposal.columns.get("segment"):
        proposal.take("segment", parts, "only with it is each row of KPI and period there once", sure=False)


def ask_about_days(proposal: Proposal, calendar: Calendar) -> None:
    """Values by day: each stands for its month, and of a month one can count."""
    if "period" not in proposal.columns or "kpi_id" not in {*proposal.columns, *proposal.keys.get("melt", {})}:
        return
    reader = PeriodReader(calendar, proposal.keys.get("date_format"))
    texts = proposal.texts("period")
    read = {text: reader.period(text) for text in texts.unique()}
    months = texts.map({text: period.label for text, period in read.items() if isinstance(period, Period)})
    names = [name for name in ("kpi_id", "segment") if name in proposal.columns]
    frame = pd.DataFrame({name: proposal.texts(name) for name in names} | {"month": months, "text": texts})
    frame = frame.dropna().drop_duplicates()
    counts = frame.groupby([*names, "month"])["text"].transform("nunique")
    if len(frame) and counts.max() > 1:
        most = frame.iloc[int(counts.to_numpy().argmax())]
        who = most.get("kpi_id", "each KPI")
        told = f"{who} has {counts.max()} values in {most['month']}, and one a month can count."
        proposal.doubts.append(f"{proposal.place}: {told} Bring the days of a month together before.")
