"""How a proposed table writes its numbers, days, periods and gaps, as far as its own cells prove it."""

from collections.abc import Iterable, Mapping, Sequence

from review_kit.model.period import Calendar
from review_kit.scaffold.evidence import Writing, days_of, numbers_of, percent_doubt, periods_of
from review_kit.scaffold.looking import Column
from review_kit.scaffold.proposal import Proposal
from review_kit.scaffold.words import NOT_MEASURED
from review_kit.schema import INPUTS, Kind

_TOLD = 3  # KPIs whose values are asked about


def declare(proposal: Proposal, calendar: Calendar, year: int | None) -> None:
    """Numbers, days, periods and missing texts, as far as the cells themselves prove them."""
    schema = INPUTS[proposal.table].columns
    kinds = {ours: schema[ours].kind for ours in proposal.columns}
    melted = [heading for entries in proposal.keys.get("melt", {}).values() for heading, _ in entries]
    reworded = proposal.keys.get("values", {})
    numbers = {ours: kind for ours, kind in kinds.items() if ours not in reworded}
    number_headings = [*melted, *_headings(proposal, numbers, Kind.NUMBER)]
    _declare_missing(proposal, [*number_headings, *_headings(proposal, kinds, Kind.DATE, Kind.PERIOD, Kind.TARGET)])
    columns = [proposal.sheet.column(heading) for heading in number_headings]
    targets = [proposal.sheet.column(heading) for heading in _headings(proposal, kinds, Kind.TARGET)]
    if not all(column.is_typed for column in columns):
        texts = [text for column in columns for text in column.distinct]
        _merge(proposal, numbers_of(texts, where=_where(proposal, columns)))
    elif any("%" in text for column in columns for text in column.distinct):
        proposal.key("signs", ["%"], "the workbook shows these cells as percent; the sign is taken away")
    elif not columns and targets and not all(column.is_typed for column in targets):
        texts = [text for column in targets for text in column.distinct if not any(map(str.isalpha, text))]
        _merge(proposal, numbers_of([text.strip("<>=≤≥~ %") for text in texts], where=_where(proposal, targets)))
    proposal.doubts += _percent_doubts(proposal, columns)
    for ours, kind in kinds.items():
        where = f"{proposal.place}, column {' and '.join(proposal.columns[ours])}"
        given = [text for text in proposal.texts(ours).unique() if text and text.casefold() not in NOT_MEASURED]
        if kind is Kind.DATE:
            _merge(proposal, days_of(given, calendar, where=where))
        elif kind is Kind.PERIOD:
            writing = periods_of(given, calendar, year, where=where)
            words = writing.keys.pop("values", None)
            _merge(proposal, writing)
            if words:
                proposal.key("values", {**proposal.keys.get("values", {}), ours: words}, "theirs: ours")


def _percent_doubts(proposal: Proposal, columns: Sequence[Column]) -> list[str]:
    """Where numbers with and without % stand in a column, or among the values of one KPI."""
    if "kpi_id" not in proposal.columns:
        told = [percent_doubt(column.distinct, where=_where(proposal, [column])) for column in columns]
        return [doubt for doubt in told if doubt]
    if not any("%" in text for column in columns for text in column.distinct):
        return []
    of_kpi: dict[str, list[str]] = {}
    for column in columns:
        for kpi, text in zip(proposal.texts("kpi_id"), column.cells, strict=True):
            of_kpi.setdefault(kpi, []).append(text.strip())
    told = [percent_doubt(texts, where=f"{proposal.place}, {kpi}") for kpi, texts in of_kpi.items() if kpi]
    return [doubt for doubt in told if doubt][:_TOLD]


def _headings(proposal: Proposal, kinds: Mapping[str, Kind], *wanted: Kind) -> list[str]:
    return [heading for ours, kind in kinds.items() if kind in wanted for heading in proposal.columns[ours]]


def _where(proposal: Proposal, columns: Sequence[Column]) -> str:
    more = f" and {len(columns) - 1} more" if len(columns) > 1 else ""
    return f"{proposal.place}, column {columns[0].heading}{more}" if columns else proposal.place


def _merge(proposal: Proposal, writing: Writing) -> None:
    for name, value in writing.keys.items():
        if proposal.keys.get(name, value) != value:
            told = (
                f"{proposal.place}: its columns need {name} {proposal.keys[name]!r} and {value!r}, and one can be said."
            )
            proposal.doubts.append(told)
        else:
            proposal.key(name, value, writing.why[name])
    proposal.doubts += writing.doubts


def _declare_missing(proposal: Proposal, headings: Sequence[str]) -> None:
    """Texts that say that nothing was measured, where they are no names elsewhere in the sheet."""
    found = dict.fromkeys(
        text.strip()
        for heading in headings
        for text in proposal.sheet.column(heading).cells.unique()
        if text.strip().casefold() in NOT_MEASURED
    )
    names = {text for ours in proposal.columns if ours not in headings for text in _names(proposal, ours, headings)}
    clear = [text for text in found if text not in names]
    if clear:
        proposal.key("missing", clear, "stands among numbers and days, and says that nothing was measured")
    for text in found:
        if text in names:
            told = f"'{text}' stands among numbers and among names. Add missing: [\"{text}\"] if it never is a name."
            proposal.doubts.append(f"{proposal.place}: {told}")


def _names(proposal: Proposal, ours: str, headings: Sequence[str]) -> Iterable[str]:
    return (
        text.strip()
        for heading in proposal.columns[ours]
        if heading not in headings
        for text in proposal.sheet.column(heading).cells.unique()
    )
