"""One review at one checkpoint: every table of it, each worked out when it is first asked for."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import pandas as pd

from review_kit.comparison import Side
from review_kit.decisions import Decision
from review_kit.desk import delivering, explaining, judging, listening, passing_on
from review_kit.desk.history import History
from review_kit.desk.last import LastReview
from review_kit.findings import Evidence, compare_with_last, find, strategy_weights
from review_kit.initiatives import InitiativeRules, balance, benefits, reallocation
from review_kit.model.period import Checkpoint, Rhythm
from review_kit.model.words import Level
from review_kit.outlook import Calibration, Outlook, YearEnd, calibration, next_year, year_end
from review_kit.params import Params
from review_kit.risks import RiskRules
from review_kit.scoring import ScoringRules, over_time, with_year_targets, yearly_actuals
from review_kit.stakeholders import engaged_until, said_until
from review_kit.targets import ResetRules

Stored = Callable[[str], pd.DataFrame | None]


def nothing_stored(_name: str) -> None:
    """Every table is worked out anew."""


class Review:
    """The tables of one checkpoint.

    `sound` holds intake's typed tables by name. `stored` hands over what an earlier stage of the same run wrote,
    or None; a table that is not stored is worked out from the sound ones, by the same functions.
    """

    def __init__(
        self,
        params: Params,
        checkpoint: Checkpoint,
        sound: Mapping[str, pd.DataFrame],
        decisions: Sequence[Decision] = (),
        *,
        past: Sequence[Decision] = (),
        last: LastReview | None = None,
        stored: Stored = nothing_stored,
    ) -> None:
        self.params = params
        self.checkpoint = checkpoint
        self.sound = sound
        # a later decision does not belong into the report of an earlier day; the year's review is where people decide
        self.decisions = tuple(one for one in decisions if self.year_is_over or one.on <= checkpoint.as_of)
        self.past = tuple(past)  # what was decided in the review before
        self.last = last
        self._stored = stored

    def _table(self, name: str, work_out: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        found = self._stored(name)
        return work_out() if found is None else found

    @cached_property
    def kpis(self) -> pd.DataFrame:
        """The KPIs of the cycle, with the year's target also where only the table of targets says it."""
        year = Checkpoint.of_cycle(self.checkpoint.cycle, self.checkpoint.calendar)
        return with_year_targets(self.sound["kpis"], self.sound["targets"], year)

    @property
    def year_is_over(self) -> bool:
        """Whether the checkpoint is the last day of the cycle."""
        return self.checkpoint.as_of == self.checkpoint.calendar.end

    @property
    def objectives(self) -> pd.DataFrame:
        """The objectives of the cycle."""
        return self.sound["objectives"]

    @cached_property
    def measures(self) -> pd.DataFrame:
        """The sound values up to the checkpoint."""
        return self.sound["measures"]

    @cached_property
    def history(self) -> History:
        """What the values of the KPIs say by themselves: series, points of their charts, goals of a period."""
        return History(self.params, self.kpis, self.measures)

    @cached_property
    def rules(self) -> ScoringRules:
        """How this cycle scores."""
        return ScoringRules.of(self.params.scoring)

    @cached_property
    def scores(self) -> pd.DataFrame:
        """One row per KPI: actual, target, met, score, status, signal, outlook, trace."""
        return self._table("scores", lambda: judging.scores_of(self))

    @cached_property
    def scored(self) -> pd.DataFrame:
        """The scores before their charts and their outlook are added."""
        return judging.scored(self)

    @cached_property
    def outlook(self) -> YearEnd:
        """Where each KPI will stand at the end of the cycle, with model and reason."""
        kpis = self.kpis.assign(aggregate=over_time(self.kpis))  # what counts by its latest period ends with it
        return year_end(self.history.series, kpis, self.scored.set_index("kpi_id")["actual"], self.checkpoint)

    @cached_property
    def calibration(self) -> Calibration:
        """Whether the chances of this cycle can be believed, by what would have been said in the past of its KPIs."""
        return calibration(self.outlook.past, self.kpis)

    @cached_property
    def rollup(self) -> pd.DataFrame:
        """Scores of the strategy, its perspectives and its objectives, with the last review's beside them."""
        return self._table("rollup", lambda: explaining.rollup_of(self))

    @cached_property
    def drivers(self) -> pd.DataFrame:
        """What each KPI gave to the change of the strategy's score since the last review."""
        return self._table("drivers", lambda: explaining.drivers_of(self))

    @cached_property
    def compared(self) -> pd.DataFrame:
        """Everything that changed since the last review."""
        return self._table("compared", lambda: explaining.compared_with_last(self))

    @cached_property
    def score_bridge(self) -> pd.DataFrame:
        """The change of the strategy's score since the last review, by its causes."""
        return self._table("score_bridge", lambda: explaining.bridge_from_last(self))

    @cached_property
    def segments(self) -> pd.DataFrame:
        """What each segment gave to the change of its KPI since the year before."""
        return self._table("segments", lambda: explaining.segments_of(self))

    @cached_property
    def other_rollups(self) -> Mapping[tuple[str, str], pd.DataFrame]:
        """The roll-up by other choices than this cycle's, by (what was chosen otherwise, what was chosen)."""
        return explaining.other_rollups(self)

    @cached_property
    def sensitivity(self) -> pd.DataFrame:
        """Which conclusions would fall under other weights, limits and ways of rolling up."""
        return self._table("sensitivity", lambda: explaining.sensitivity_of(self))

    @property
    def strategy(self) -> pd.Series:
        """The one row of the roll-up that stands for the whole strategy."""
        return self.rollup[self.rollup["level"].eq(Level.STRATEGY)].iloc[0]

    @cached_property
    def strategy_weights(self) -> pd.Series:
        """By kpi_id, the share of the whole strategy that the KPI carries."""
        return strategy_weights(self.scores, self.objectives)

    @property
    def initiative_rules(self) -> InitiativeRules:
        """From where on a slip or an overspend counts in this cycle."""
        return InitiativeRules.of(self.params.initiatives)

    @cached_property
    def initiatives(self) -> pd.DataFrame:
        """The initiatives with slips, spend, what the rule proposes, and what people decided instead."""
        return self._table("initiatives", lambda: delivering.initiatives_of(self))

    @cached_property
    def benefits(self) -> pd.DataFrame:
        """The KPIs of each initiative before it started, and since it finished or runs."""
        as_of = self.checkpoint.as_of
        return self._table("benefits", lambda: benefits(self.initiatives, self.kpis, self.history.points, as_of))

    @cached_property
    def balance(self) -> pd.DataFrame:
        """What each initiative that is not to go on as it is frees, and what it needs beyond its budget."""
        return balance(self.initiatives)

    @cached_property
    def reallocation(self) -> pd.DataFrame:
        """What money and people move from where to where."""
        return self._table("reallocation", lambda: reallocation(self.balance))

    @cached_property
    def risks(self) -> pd.DataFrame:
        """The risks and issues with exposure, band and movement."""
        return self._table("risks", lambda: delivering.risks_of(self))

    @cached_property
    def risks_known(self) -> pd.DataFrame:
        """The risks as they were assessed by the day of the review; the whole year is told as people assess it now."""
        return listening.risks_by_now(self)

    @property
    def risk_rules(self) -> RiskRules:
        """The bands of this cycle, and when an assessment is too old."""
        return delivering.risk_rules_of(self.params.risks)

    @cached_property
    def lesson_reviews(self) -> pd.DataFrame:
        """The lessons known by now: what is open from earlier cycles, what is overdue, what came back."""
        return self._table("lesson_reviews", lambda: listening.lessons_of(self))

    @cached_property
    def past_decisions(self) -> pd.DataFrame:
        """What became of the decisions of the review before, and whether they moved their KPIs as predicted."""
        return self._table("past_decisions", lambda: listening.past_decisions_of(self))

    @cached_property
    def survey_results(self) -> pd.DataFrame:
        """The surveys up to the checkpoint with their margins, and whether a change is more than chance."""
        return self._table("survey_results", lambda: listening.surveys_of(self))

    @cached_property
    def engagements(self) -> pd.DataFrame:
        """Whom the review involved in the twelve months up to the checkpoint."""
        return engaged_until(self.sound["engagements"], self.checkpoint.as_of)

    @cached_property
    def feedback(self) -> pd.DataFrame:
        """What was said up to the checkpoint, with what had become of it by then."""
        return said_until(self.sound["feedback"], self.checkpoint.as_of)

    @cached_property
    def objective_reviews(self) -> pd.DataFrame:
        """What a rule proposes for each objective, and what people decided."""
        return self._table("objective_reviews", lambda: delivering.objectives_of(self))

    @cached_property
    def smart(self) -> pd.DataFrame:
        """Whether each KPI meets each letter of SMART, and if not, why and what would mend it."""
        return self._table("smart", lambda: judging.promises_of(self))

    @cached_property
    def findings(self) -> pd.DataFrame:
        """What was found, ranked, and how it compares with the last review."""
        return self._table("findings", self._compare)

    def _compare(self) -> pd.DataFrame:
        judged = set(self.scores.loc[self.scores["met"].notna(), "kpi_id"])
        there = {
            "initiative": set(self.initiatives["initiative_id"]),
            "risk": set(self.risks["risk_id"]),
            "objective": set(self.objectives["objective_id"]),
            "audience": set(self.sound["stakeholders"]["audience"]),
        }
        return compare_with_last(self.found, None if self.last is None else self.last.found, judged, there)

    @cached_property
    def found(self) -> pd.DataFrame:
        """What was found at this checkpoint alone."""
        return find(self.evidence)

    @cached_property
    def evidence(self) -> Evidence:
        """What the rules of the findings look at."""
        return Evidence(
            as_of=self.checkpoint.as_of,
            year_is_over=self.year_is_over,
            scores=self.scores,
            kpis=self.kpis,
            objectives=self.objectives,
            initiatives=self.initiatives,
            risks=self.risks,
            stakeholders=self.sound["stakeholders"],
            engagements=self.engagements,
            feedback=self.feedback,
            changes=self.sound["changes"],
            segments=self.segments,
            lessons=self.lesson_reviews,
            # a quarter or a month shows no commentary: words about the whole year would contradict its figures
            commentary=self.params.commentary.rests_on if self.is_annual else {},
            min_confidence=self.rules.min_confidence,
            initiative_rules=self.initiative_rules,
            benefits=self.benefits,
            engagements_recorded=len(self.sound["engagements"]) > 0,
            approved=judging.approved_of(self),
        )

    @cached_property
    def yearly(self) -> pd.DataFrame:
        """The complete cycle years up to this one: kpi_id, year, value."""
        return yearly_actuals(self.history.series, self.kpis, self.checkpoint)

    @cached_property
    def next_year(self) -> Outlook:
        """Where next year would end if the past yearly steps went on."""
        return next_year(self.yearly)

    @cached_property
    def proposals(self) -> pd.DataFrame:
        """Candidate targets for the next cycle, one of them chosen for each KPI; none before the year is over.

        Nine months of a year are no base for the promise of the next one.
        """
        return self._table("proposals", lambda: judging.proposals_of(self))

    @property
    def reset_rules(self) -> ResetRules:
        """How far this cycle lets a target move."""
        return ResetRules(max_step=self.params.reset.guardrails.max_step)

    def as_last(self) -> LastReview:
        """What the next review needs to know of this one; rows carry who may see them."""
        return passing_on.as_last(self)

    def as_side(self) -> Side:
        """This review as a comparison needs it."""
        return passing_on.as_side(self)

    @property
    def is_annual(self) -> bool:
        """Whether this is the review of the whole year."""
        return self.checkpoint.rhythm is Rhythm.ANNUAL
