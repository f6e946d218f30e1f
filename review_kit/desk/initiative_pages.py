"""What notebook 03 and the report show of initiatives: time, money, benefit, and what should become of them."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from review_kit import charts
from review_kit.desk.review import Review
from review_kit.desk.rows import MOST_ROWS, first_rows
from review_kit.initiatives import (
    BY_PERIOD,
    CALLED_OFF,
    DONE,
    FINISHED,
    FREE,
    NEW,
    SHOWS,
    TOO_FEW,
    WORSE,
    by_department,
    by_standing,
)
from review_kit.model import figures
from review_kit.model.words import NOTHING_ASKED, InitiativeProposal, Standing
from review_kit.narrative import benefits_lead, earned_value_lead, initiatives_lead, reallocation_lead, standing_lead
from review_kit.tables_view import Block, Column, Piece, Table, lead
from review_kit.tables_view import table as make_table
from review_kit.tables_view.labels import sentence_case

_ORDER = [InitiativeProposal.STOP, InitiativeProposal.ADJUST, InitiativeProposal.ACCELERATE]
_DONE = 100.0
_TOGETHER = "Together"
_DEPARTMENTS = 15
_BENEFITS, _SHOWN, _MOVES = 20, 20, 12


class InitiativePages:
    """How each initiative stands, what it brought, and what should become of it."""

    def __init__(self, review: Review) -> None:
        self._review = review

    @property
    def _currency(self) -> str:
        """A sign or a code, in which all money of this page is; '' where nobody says it."""
        return self._review.params.initiatives.currency

    def conclusion(self) -> Block:
        """What the rules propose, and what people have decided."""
        return lead(initiatives_lead(self._review.initiatives), is_all=self._review.initiatives.empty)

    def timeline(self, most: int = charts.MOST_DRAWN) -> Sequence[Piece]:
        """Planned and forecast finish of each initiative, and where the pace so far leads; nothing without any."""
        rows = self._by_course()
        if rows.empty:
            return []
        if len(rows) > MOST_ROWS:  # what is over, and what nobody can judge, asks for nothing
            rows = rows[~rows["rule"].isin(NOTHING_ASKED)]
        return [charts.initiative_timeline(rows, self._review.checkpoint.as_of, most=most)]

    def quadrant(self) -> Sequence[Piece]:
        """Progress against plan, and money against work; nothing where nobody says how much work is done."""
        rows = self._by_course()
        if rows["percent_complete"].isna().all():
            return []
        return [charts.initiative_quadrant(rows, currency=self._currency)]

    def _by_course(self) -> pd.DataFrame:
        """The initiatives as charts show them: what people decided stands in the place of the proposal."""
        rows = self._review.initiatives
        rows = rows[rows["rule"].ne(CALLED_OFF)]  # it has no course and no finish any more
        course = rows["decided"].fillna(rows["proposal"].mask(rows["rule"].eq(DONE), ""))
        pace = rows["pace_finish"].where(rows["evm_source"].eq(BY_PERIOD))  # a straight line is no plan to pace by
        return rows.assign(proposal=course, is_decided=rows["decided"].notna(), pace_finish=pace)

    def table(self) -> Sequence[Table]:
        """Each initiative with time, money and its course, decided or proposed; nothing without any."""
        rows = self._review.initiatives.copy()
        if rows.empty:
            return []
        rows["place"] = rows["proposal"].map({str(word): place for place, word in enumerate(_ORDER)})
        rows["place"] = rows["place"].fillna(len(_ORDER))
        rows["group"] = (rows["place"].eq(len(_ORDER)) * 2).where(rows["decided"].isna(), 1)
        order = ["group", "place", "slip_days", "budget"]
        rows = rows.sort_values(order, ascending=[True, True, False, False], kind="stable")
        shown, note = first_rows(rows, "initiatives", most=MOST_ROWS if len(rows) <= MOST_ROWS else _SHOWN)
        shown = shown.assign(
            finish=[
                _finish(planned, ahead)
                for planned, ahead in zip(shown["planned_finish"], shown["forecast_finish"], strict=True)
            ],
            course=[_course(row) for row in shown.to_dict("records")],
            course_why=[_course_why(row) for row in shown.to_dict("records")],
        )
        work = [
            Column("percent_complete", "Done", "number", 0, unit="%"),
            Column("planned_percent", "Planned", "number", 0, unit="%"),
            Column("spend_ratio", "Budget spent", "percent"),
        ]
        money = [
            Column("budget", "Budget", "money", unit=self._currency),
            Column("forecast_cost", "Latest cost", "money", unit=self._currency),
        ]
        known = rows["percent_complete"].notna().any() or rows["spend_ratio"].notna().any()
        columns = [
            Column("name", "Initiative", wide=True, below="owner"),
            *(work if known or rows["forecast_cost"].isna().all() else money),
            Column("finish", "Finish"),
            Column("course", "Course", below="course_why"),
        ]
        caption = "The initiatives, those that need a decision first"
        return [make_table(shown, columns, key="initiatives", note=note, caption=caption)]

    def figures_table(self) -> Sequence[Piece]:
        """Earned value and earned schedule of what is under way; nothing where no work or no money is told."""
        rows = self._review.initiatives
        going = rows["percent_complete"].lt(_DONE) & ~rows["rule"].isin([DONE, CALLED_OFF])
        rows = rows[rows["cpi"].notna() & going].sort_values("cpi", kind="stable")
        if rows.empty:
            return []
        by_period = rows["evm_source"].eq(BY_PERIOD)
        rows = rows.assign(
            pace=rows["spi_t"].where(by_period),
            pace_end=[f"{day:%b %Y}" if pd.notna(day) else "–" for day in rows["pace_finish"].where(by_period)],
        )
        shown, more = first_rows(rows, "initiatives")
        columns = [
            Column("name", "Initiative", wide=True),
            Column("bac", "Budget", "money", unit=self._currency),
            Column("cpi", "Work for each unit of money", "number", 2, hint="CPI, planned 1.00"),
            Column("pace", "Time earned for time passed", "number", 2, hint="SPI(t), planned 1.00"),
            Column("eac", "Cost at this rate", "money", unit=self._currency, hint="EAC"),
            Column("forecast_cost", "Expected cost", "money", unit=self._currency, hint="by its people"),
            Column("pace_end", "Finish at this pace", hint="IEAC(t)"),
            Column("tcpi", "Needed to keep the budget", "number", 2, hint="TCPI"),
        ]
        if rows["forecast_cost"].isna().all():
            columns = [column for column in columns if column.key != "forecast_cost"]
        if not by_period.any():
            columns = [column for column in columns if column.key not in {"pace", "pace_end"}]
        straight = int((~by_period).sum())
        note = "Earned value: what the work done was to cost, over what it did cost."
        if straight and by_period.any():
            note += (
                f" For {figures.plural(straight, 'initiative')} nobody gives plan and work by period: the plan is "
                "taken as a straight line, which says too little of pace to show it."
            )
        elif straight:
            note += " Nobody gives plan and work by period: the plan is taken as a straight line from start to finish."
        ahead = earned_value_lead(rows, self._review.initiative_rules)
        return [
            *([lead(ahead)] if ahead else []),
            make_table(
                shown,
                columns,
                key="earned-value",
                caption="What the money buys, and where cost and pace so far lead; the dearest work first",
                note=f"{note} {more}".strip(),
            ),
        ]

    def benefits_table(self) -> Sequence[Piece]:
        """The KPIs of each initiative before it started and since; nothing where no initiative names any."""
        rows = self._review.benefits
        if rows.empty:
            return []
        places = {WORSE: 0, SHOWS: 2}
        order = rows["verdict"].map(places).fillna(1)
        rows = rows.assign(order=order, running=rows["phase"].ne(FINISHED), few=rows["verdict"].eq(TOO_FEW))
        rows = rows.sort_values(["few", "running", "order"], kind="stable")
        shown, more = first_rows(rows, "benefits", most=_BENEFITS)
        told = shown.to_dict("records")
        shown = shown.assign(
            was=[figures.with_unit(row["before"], _unit(row), _places(row)) for row in told],
            now=[figures.with_unit(row["after"], _unit(row), _places(row)) for row in told],
            moved=[_moved(row) for row in told],
            told=[sentence_case(row["verdict"]) for row in told],
            since_words=[f"{row['phase']}, {row['since']:%b %Y}" for row in told],
        )
        columns = [
            Column("kpi", "KPI", wide=True),
            Column("name", "Initiative that is to move it", wide=True, below="since_words"),
            Column("was", "Year before the start"),
            Column("now", "Since then"),
            Column("moved", "Change"),
            Column("told", "Signal or noise"),
        ]
        note = (
            "Means of the KPI's values, without its season, over twelve months at most. A signal is told by the rules "
            "of this review. pp: percentage points. That a KPI moved since then does not prove that the initiative "
            "moved it."
        )
        return [
            lead(benefits_lead(rows)),
            make_table(
                shown,
                columns,
                key="benefits",
                caption="What initiatives were to move, before they started and since they finished or run",
                note=f"{note} {more}".strip(),
            ),
        ]

    def reallocation_table(self) -> Sequence[Piece]:
        """What money and people move if every proposal is followed, or what people decided; nothing where none do."""
        balance, moves = self._review.balance, self._review.reallocation
        if balance.empty:
            return []
        unknown = int((~balance["known"]).sum())
        beside = f" Of {figures.plural(unknown, 'initiative')} cost or budget is not known." if unknown else ""
        method = (
            "Stopping frees what is not spent; adjusting frees what the expected cost leaves of the budget, or needs "
            "what it exceeds it by; accelerating needs the same, and as many people as bring the pace back to plan. "
            f"The expected cost is that of the initiative's people, else EAC.{beside}"
        )
        order = moves.sort_values("money", ascending=False, kind="stable") if len(moves) > _MOVES else moves
        shown, rest = order.head(_MOVES), order.iloc[_MOVES:]
        more = f"The table of reallocation names the other {figures.plural(len(rest), 'move')}." if len(rest) else ""
        sums = [(f"{figures.plural(len(rest), 'more move')}", rest)] if len(rest) else []
        sums.append((_TOGETHER, moves))
        shown = pd.concat(
            [
                shown,
                pd.DataFrame(
                    [
                        {"from": name, "to": "", "money": part["money"].sum(), "people": part["people"].sum()}
                        for name, part in sums
                    ]
                ),
            ],
            ignore_index=True,
        )
        named = {NEW: "New money or people", FREE: "Nobody: it stays free"}
        shown["giver"] = shown["from_id"].map(named).fillna(shown["from"])
        shown["taker"] = shown["to_id"].map(named).fillna(shown["to"])
        shown["is_total"] = shown["from"].eq(_TOGETHER)
        columns = [
            Column("giver", "From", wide=True),
            Column("taker", "To", wide=True),
            Column("money", "Money", "number", 0, unit=self._currency),
            Column("people", "People", "number", 0),
        ]
        if not moves["people"].any():
            columns = columns[:-1]
        return [
            lead(reallocation_lead(balance, moves, self._currency)),
            make_table(
                shown,
                columns,
                key="reallocation",
                caption="What moves from where to where",
                note=f"{method} {more}".strip(),
                strong="is_total",
            ),
        ]

    def standing_tables(self) -> Sequence[Piece]:
        """How a list of projects stands by its dates alone; nothing where progress is told, which says more."""
        rows = self._review.initiatives
        if rows["forecast_told"].isna().all():
            return []
        money = [
            Column("projects", "Projects", "number", 0),
            Column("budget", "First budget", "money", unit=self._currency),
            Column("forecast_cost", "Latest cost", "money", unit=self._currency),
            Column("growth", "Growth", "percent"),
        ]
        standing = by_standing(rows)
        under_way = {str(word) for word in Standing if word.under_way}
        standing["label"] = [sentence_case(word) for word in standing["standing"]]
        standing["is_open"] = standing["standing"].isin(under_way)
        departments = by_department(rows)
        left = len(departments) - _DEPARTMENTS
        note = f"{left} more {'is' if left == 1 else 'are'} in the table of initiatives." if left > 0 else ""
        return [
            lead(standing_lead(rows)),
            make_table(
                standing,
                [Column("label", "By its dates"), *money],
                key="standing",
                strong="is_open",
                caption="All projects by where their dates say they stand; those under way in bold",
                note="Money is that of the projects that tell both budgets.",
            ),
            make_table(
                departments.head(_DEPARTMENTS),
                [Column("department", "Department", wide=True), Column("behind", "Behind", "number", 0), *money],
                key="departments",
                caption="Projects under way by department, those with most behind schedule first",
                note=note,
            ),
        ]


def _finish(planned: object, ahead: object) -> str:
    """'Oct 2025 → Jun 2026', or one month where they agree."""
    months = [day.strftime("%b %Y") for day in (planned, ahead) if isinstance(day, pd.Timestamp) and pd.notna(day)]
    return " → ".join(dict.fromkeys(months)) or "–"


def _course(row: dict[object, object]) -> str:
    if isinstance(row["decided"], str):
        return f"{sentence_case(row['decided'])}, decided"
    if row["rule"] in {DONE, CALLED_OFF}:
        return sentence_case(str(row["rule"]))
    return sentence_case(str(row["proposal"]))


def _course_why(row: dict[object, object]) -> str:
    if isinstance(row["decided"], str):
        return str(row["decided_because"])
    return "" if row["rule"] in {DONE, CALLED_OFF} else str(row["rule"])


def _unit(row: dict[object, object]) -> str:
    return row["unit"] if isinstance(row["unit"], str) else ""


def _moved(row: dict[object, Any]) -> str:
    """'+1.2 pp' between two percentages, otherwise the number, as the two means beside it give it."""
    change, places = row["change"], _places(row)
    if figures.known(change):
        change = figures.printed_difference(row["after"], row["before"], places)
    text = figures.signed(change, places)
    return f"{text}{figures.NO_BREAK}pp" if _unit(row) == "%" and figures.known(row["change"]) else text


def _places(row: dict[object, object]) -> int | None:
    places = row["decimals"]
    return int(places) if isinstance(places, float) and places == places else None  # noqa: PLR0124 - not missing
