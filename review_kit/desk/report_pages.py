"""What notebooks 05 and 06 show besides the parts of the others: page one, the method and the definitions."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta

import pandas as pd

from review_kit.desk.computed_with import computed_with
from review_kit.desk.history import History
from review_kit.desk.objective_pages import PAGES_FOR_ALL
from review_kit.desk.review import Review
from review_kit.desk.rows import MOST_LISTED
from review_kit.findings import changed_figures
from review_kit.findings.evidence import Row, text
from review_kit.model import figures
from review_kit.model.period import Rhythm, long_date
from review_kit.model.words import InitiativeProposal, Level, ObjectiveProposal
from review_kit.narrative import (
    decided_note,
    explained_statement,
    five_findings,
    hindsight_note,
    method_statement,
    outlook_statement,
    resources_told,
    targets_asked_words,
    waiting_note,
)
from review_kit.risks import assessed_later
from review_kit.scoring import named_profiles
from review_kit.signals import RULE_SETS
from review_kit.tables_view import (
    Ask,
    Block,
    Piece,
    StripItem,
    Thing,
    anchor,
    asks,
    cover,
    definitions,
    note,
    quote,
    sparkline,
    strip,
    things,
)
from review_kit.tables_view.labels import sentence_case

_PART_OF = {
    "initiative": "initiatives", "risk": "risks", "audience": "people", "objective": "scores", "lesson": "lessons",
}  # fmt: skip
ASKS_SHOWN = 6
NAMED_IN_AN_ASK = 4
NAMED_AS_DECIDING = 2


class ReportPages:
    """Page one, and the appendix."""

    def __init__(self, review: Review, edition: str, *, is_partial: bool) -> None:
        self._review = review
        self._edition = edition
        self._is_partial = is_partial

    def cover(self) -> Block:
        """Who, what, which period, as of when, for whom."""
        review = self._review
        return cover(
            review.params.organisation,
            review.params.title,
            period=review.checkpoint.title,
            as_of=f"As of {long_date(review.checkpoint.as_of)}",
            edition=f"{self._edition.capitalize()} edition",
        )

    def commentary(self) -> Sequence[Piece]:
        """What the people in charge say of the year, in their words; nothing where they said nothing.

        A quarter or a month shows none: words about the whole year would contradict its figures.
        """
        if not self._review.is_annual:
            return []
        said = self._review.params.commentary
        changed = changed_figures(self._review.scores, said.rests_on)
        stale = f"Written before the figures changed: {figures.listed(changed)}." if changed else ""
        return [quote(said.summary, source=said.author, warning=stale)] if said.summary else []

    def things_to_know(self) -> Block:
        """Five findings, each with its little chart and a way to the evidence."""
        told = five_findings(self._review.findings)
        drawn = [self._drawn(row) for row in told.to_dict("records")]
        part = self._review.history.part(set(drawn))
        return things(
            [self._thing(row, kpi_id, part) for row, kpi_id in zip(told.to_dict("records"), drawn, strict=True)]
        )

    def _drawn(self, finding: Row) -> str:
        """The KPI that stands beside a finding: its own, or of an initiative the first that its evidence names.

        Of names that begin alike, such as 'Revenue' and 'Revenue from digital channels', the longest is the one meant.
        """
        if finding["subject_kind"] == "kpi":
            return str(finding["subject"])
        if finding["subject_kind"] != "initiative":
            return ""
        names = self._review.scores.set_index("kpi_id")["name"]
        served = self._review.initiatives.set_index("initiative_id")["kpi_ids"].get(finding["subject"])
        places = {one: finding["evidence"].find(names[one]) for one in text(served).split(";") if one in names.index}
        told = (one for one in places if places[one] >= 0)
        return min(told, key=lambda one: (places[one], -len(names[one])), default="")

    def _thing(self, row: Row, kpi_id: str, part: History) -> Thing:
        is_kpi = row["subject_kind"] == "kpi"
        link = f"#{anchor('kpi', row['subject'])}" if is_kpi else f"#{_PART_OF.get(row['subject_kind'], 'findings')}"
        scores = self._review.scores.set_index("kpi_id")
        piece, status, of = None, "", ""
        if kpi_id:
            name = str(scores.loc[kpi_id, "name"])
            mine, target = part.series_of(kpi_id), part.period_goals["target"].get(kpi_id)
            piece = sparkline(mine["value"], target=target, label=f"The latest values of {name}")
            status, of = (str(scores.loc[kpi_id, "status"]), "") if is_kpi else ("", name)
        return Thing(
            headline=f"{row['headline']}.", detail=row["evidence"], piece=piece, of=of, link=link, status=status
        )

    def decisions_asked(self) -> Sequence[Piece]:
        """What the reader is asked to decide: on initiatives and objectives, and the next targets."""
        review = self._review
        is_monthly = review.checkpoint.rhythm is Rhythm.MONTHLY  # its report is one page
        decide_by = review.checkpoint.as_of + timedelta(days=review.params.decide_within)
        open_ones = review.initiatives[
            review.initiatives["proposal"].ne(InitiativeProposal.CONTINUE) & review.initiatives["decided"].isna()
        ]
        open_ones = self._gravest_first(open_ones)
        known = self._told_above()
        currency = review.params.initiatives.currency
        moved = {row["initiative_id"]: resources_told(row, currency) for row in review.balance.to_dict("records")}
        items = [
            Ask(
                decision=f"{row['proposal'].capitalize()} {row['name']}",
                owner=text(row["owner"]),
                due=decide_by,
                reason=_reason(row, moved.get(row["initiative_id"], ""), brief=is_monthly, told=known),
                link="#initiatives",
            )
            for _, row in open_ones.head(ASKS_SHOWN - 1).iterrows()
        ]
        if review.is_annual:
            items += self._targets_asked(decide_by)
            items += self._objectives_asked(decide_by)
        waiting = waiting_note(open_ones["name"].iloc[ASKS_SHOWN - 1 :].tolist(), on_one_page=is_monthly)
        told = (waiting, decided_note(review.initiatives))
        return [*([asks(items)] if items else []), *(note(text) for text in told if text)]

    def _gravest_first(self, initiatives: pd.DataFrame) -> pd.DataFrame:
        """In the order of their findings, so that a page asks first what it tells first; then those that slip most."""
        found = self._review.findings
        ranks = found[found["subject_kind"].eq("initiative") & found["severity"].ne("success")]
        rank = ranks.groupby("subject")["rank"].min()
        order = initiatives.assign(place=initiatives["initiative_id"].map(rank).astype("float64"))
        return order.sort_values(["place", "slip_days"], ascending=[True, False], kind="stable", na_position="last")

    def _told_above(self) -> frozenset[str]:
        """The initiatives whose figures stand among the things to know; a month opens without these."""
        if self._review.checkpoint.rhythm is Rhythm.MONTHLY:
            return frozenset()
        told = five_findings(self._review.findings)
        return frozenset(told.loc[told["subject_kind"].eq("initiative"), "subject"])

    def _targets_asked(self, decide_by: date) -> list[Ask]:
        """How many next targets nobody has approved yet, and how many KPIs had none."""
        chosen = self._review.proposals[self._review.proposals["chosen"].astype(bool)]
        goals = self._review.scores.set_index("kpi_id")[["target", "target_low", "target_high"]]
        promised = chosen["kpi_id"].isin(goals.index[goals.notna().any(axis="columns")])
        waits = chosen["method"].ne("approved")
        if not (waits & promised).any():
            return []
        without = int((waits & ~promised).sum())
        owners = self._review.kpis.set_index("kpi_id")["owner"].reindex(chosen.loc[waits, "kpi_id"])
        return [
            Ask(
                decision=f"Agree {figures.plural(int((waits & promised).sum()), 'target')} for the next cycle",
                owner="The owners of the KPIs" if owners.map(text).any() else "The owners of the strategy",
                due=decide_by,
                reason=targets_asked_words(without),
                link="#targets",
            )
        ]

    def _objectives_asked(self, decide_by: date) -> list[Ask]:
        """Which objectives a rule would not keep, and nobody has decided on yet."""
        reviewed = self._review.objective_reviews
        waiting = reviewed[reviewed["proposal"].ne(ObjectiveProposal.KEEP) & reviewed["decided"].isna()]
        if waiting.empty:
            return []
        verbs = (
            (ObjectiveProposal.SHARPEN, "sharpen {}", "objective"),
            (ObjectiveProposal.RETIRE, "retire {}", "objective"),
            (ObjectiveProposal.NEW, "take up {}", "change outside"),
        )
        told = [
            verb.format(figures.plural(count, noun, "changes outside" if word == ObjectiveProposal.NEW else ""))
            for word, verb, noun in verbs
            if (count := int(waiting["proposal"].eq(word).sum()))
        ]
        decision = figures.listed(told)
        named = [str(name).rstrip(".") for name in waiting["name"].head(NAMED_IN_AN_ASK)]
        more = len(waiting) - len(named)
        return [
            Ask(
                decision=f"{decision[0].upper()}{decision[1:]}, or say why not",
                owner=_answering(waiting["owner"]),
                due=decide_by,
                reason=f"{'; '.join(named)}{f'; and {more} more' if more > 0 else ''}.",
                link="#objectives",
            )
        ]

    def objectives(self) -> Block:
        """Every objective with score, change and confidence; perspectives where there are very many objectives."""
        rollup = self._review.rollup
        level = Level.OBJECTIVE if rollup["level"].eq(Level.OBJECTIVE).sum() <= 60 else Level.PERSPECTIVE  # noqa: PLR2004 - more do not fit a page
        shown = rollup[rollup["level"].eq(level)]
        with_pages = self._review.is_annual and len(shown) <= PAGES_FOR_ALL
        return strip(
            [
                StripItem(
                    name=row["name"],
                    score=row["score"],
                    change=row["change"],
                    confidence=row["coverage"],
                    status=row["status"],
                    link=f"#{anchor('objective', row['id'])}" if level is Level.OBJECTIVE and with_pages else "#scores",
                )
                for _, row in shown.iterrows()
            ],
            title="The objectives" if level is Level.OBJECTIVE else "The perspectives",
        )

    def partial_note(self) -> Sequence[Piece]:
        """What a reader has to know of the figures first.

        An edition is worked out from what its readers may see, so that its score may differ; and tables may have been
        written after the day of the report.
        """
        told = ["Worked out from what readers of this edition may see; other editions can show other scores."]
        return [note(text) for text in [*(told * self._is_partial), hindsight_note(*self._hindsight)] if text]

    @property
    def _hindsight(self) -> tuple[date, bool, int, int]:
        """The day, whether progress is told beyond it, and how many risks were assessed since, or for the first time.

        At the end of the year nothing is told: people write these tables for the year's review after the year.
        """
        review, day = self._review, self._review.checkpoint.as_of
        if review.year_is_over:
            return day, False, 0, 0
        progress, risks = review.sound["progress"], review.sound["risks"]
        reported = progress["period_end"].gt(pd.Timestamp(day)) & progress["earned_value"].notna()
        left_out = len(risks) - len(review.risks_known)
        return day, bool(reported.any()), int(assessed_later(risks, day).sum()) - left_out, left_out

    def method(self) -> Block:
        """How the figures were worked out, with the limits that this cycle really used, and by what."""
        review = self._review
        rules = RULE_SETS[review.params.signals.rules]
        profiles = named_profiles(review.scores)
        told = method_statement(review.rules, rules, review.reset_rules, review.history.chart_choices, profiles)
        ahead = outlook_statement(review.scores["forecast_model"], year_is_over=review.year_is_over)
        by = ("Worked out with", f"{computed_with()}; run.json names all other libraries.")
        return definitions([*told, *ahead, *explained_statement(review.rules), by])

    def definitions(self) -> Block:
        """What each KPI measures; of very many the first, the workbook has all of them."""
        kpis = self._review.kpis[self._review.kpis["definition"].notna()].head(MOST_LISTED)
        if kpis.empty:
            return note("No KPI says what it counts.")
        return definitions(list(zip(kpis["name"], kpis["definition"], strict=True)))


def _answering(owners: pd.Series) -> str:
    """Who answers for these objectives, by name where they are few; a change outside has no owner yet."""
    names = list(dict.fromkeys(owners.dropna()))
    return "; ".join(names) if 0 < len(names) <= NAMED_AS_DECIDING else "The owners of the strategy"


def _reason(row: pd.Series, resources: str, *, brief: bool, told: Collection[str]) -> str:
    """Why an initiative waits for a decision: what it needs or frees, the rule that fired, and its figures.

    Figures that the page has `told` already are left out; where it is to be `brief`, one sentence stays.
    """
    rule = f"{sentence_case(row['rule'])}."
    if brief:
        return resources or rule
    return " ".join(words for words in (resources, rule, "" if row["initiative_id"] in told else row["why"]) if words)
