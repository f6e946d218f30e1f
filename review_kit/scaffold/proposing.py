"""How each table is to be read, with the reason for every key and the questions that only a person can answer."""

from collections.abc import Mapping

from review_kit.model.period import Calendar
from review_kit.scaffold.arranging import ask_about_days, lay_out, part_into_segments, rows_of_actuals, targets_beside
from review_kit.scaffold.choosing import Chosen
from review_kit.scaffold.declaring import declare
from review_kit.scaffold.looking import Sheet
from review_kit.scaffold.matching import EXACT, SURE, grades, translations
from review_kit.scaffold.proposal import Proposal, listed
from review_kit.scaffold.words import GRADED, is_numbered
from review_kit.schema import INPUTS, Kind

WHICH_TELLS = "Which column tells the rows apart?"
_KEY = {"objectives": "objective_id", "kpis": "kpi_id", "initiatives": "initiative_id", "risks": "risk_id"}
_NAME = {"objectives": "name", "kpis": "name", "initiatives": "name", "risks": "title"}


def propose(chosen: Chosen, calendar: Calendar, year: int | None) -> Proposal:
    """The source of one table. `year` is that of months without one, where something says it."""
    proposal = Proposal(table=chosen.table, sheet=chosen.sheet)
    said = rows_of_actuals(chosen.sheet) if chosen.table == "actuals" else None
    if said is not None:
        heading, actual, _ = said
        proposal.sheet = chosen.sheet.only(heading, actual)
        proposal.key("where", {heading: actual}, "the rows that say what came; the others say what was planned")
    for ours, one in chosen.matches.items():
        proposal.take(ours, [one.theirs], one.why, sure=one.score >= SURE)
        if one.score == EXACT:
            proposal.why[ours] = ""
    if chosen.table == "actuals":
        lay_out(proposal, chosen.matches, year)
    _complete_key(proposal)
    _translate(proposal)
    if chosen.table == "actuals":
        part_into_segments(proposal)
    declare(proposal, calendar, year)
    if chosen.table == "actuals":
        ask_about_days(proposal, calendar)
    order = list(INPUTS[chosen.table].columns)
    proposal.columns = dict(sorted(proposal.columns.items(), key=lambda item: order.index(item[0])))
    return proposal


def propose_targets(actuals: Proposal, whole: Sheet, calendar: Calendar, year: int | None) -> Proposal | None:
    """The targets that stand beside the values; None where the sheet plans nothing for its periods."""
    targets = targets_beside(actuals, whole, year)
    if targets is not None:
        declare(targets, calendar, year)
    return targets


def _complete_key(proposal: Proposal) -> None:
    """Where only one of id and name stands in the sheet, it serves as both."""
    table = proposal.table
    if table not in _KEY:
        return
    key, name = _KEY[table], _NAME[table]
    if name not in proposal.columns and key in proposal.columns:
        proposal.take(name, proposal.columns[key], "the sheet has no other name")
    elif key not in proposal.columns and name in proposal.columns:
        proposal.take(key, proposal.columns[name], "the sheet has no ids, so the names serve as ids")
        proposal.doubts.append(
            f"{proposal.place} has no ids, so the names in {_told(proposal, name)} serve as ids: keep their wording."
        )
    if key in proposal.columns and not _is_unique(proposal, key):
        twice = proposal.texts(key)
        proposal.doubts.append(
            f"{proposal.place}: '{twice[twice.duplicated()].iloc[0]}' stands in more than one row of "
            f"{_told(proposal, key)}, which was taken for {key}. {WHICH_TELLS}"
        )


def _scale_doubt(proposal: Proposal, ours: str, of_scale: Mapping[str, str]) -> list[str]:
    """The question whether words stand for these numbers, where they do not say so themselves."""
    words = {text: number for text, number in of_scale.items() if not is_numbered(text)}
    if not words:
        return []
    said = ", ".join(f"'{text}' {number}" for text, number in sorted(words.items(), key=lambda item: item[1]))
    heading = proposal.columns[ours][0]
    return [f"{proposal.place}, column {heading}: its words were put on the scale from 1 to 5: {said}. Is that meant?"]


def _told(proposal: Proposal, ours: str) -> str:
    return " and ".join(proposal.columns[ours])


def _is_unique(proposal: Proposal, ours: str) -> bool:
    texts = proposal.texts(ours)
    return bool(texts[texts.ne("")].is_unique)


def _translate(proposal: Proposal) -> None:
    """The words of closed vocabularies in ours."""
    told: dict[str, dict[str, str]] = {}
    for ours in list(proposal.columns):
        wanted = INPUTS[proposal.table].columns[ours]
        if ours in GRADED and (of_scale := grades(proposal.sheet.column(proposal.columns[ours][0]), ours)):
            told[ours] = of_scale
            proposal.doubts += _scale_doubt(proposal, ours, of_scale)
        if wanted.kind is not Kind.CHOICE:
            continue
        words, unknown = translations(proposal.sheet.column(proposal.columns[ours][0]), ours, wanted)
        if words:
            told[ours] = words
        if unknown:
            proposal.doubts.append(
                f"{proposal.place}, column {proposal.columns[ours][0]}: {listed(unknown)} is none of "
                f"{', '.join(wanted.choices)}. Add what it means to `values`."
            )
    if told:
        proposal.key("values", told, "theirs: ours")
