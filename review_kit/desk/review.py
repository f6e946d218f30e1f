"""One review at one checkpoint: every table of it, each worked out when it is first asked for."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

import pandas as pd

from review_kit.decisions import Decision
from review_kit.desk import explaining
from review_kit.desk.history import History
from review_kit.desk.last import LastReview
from review_kit.findings import Evidence, compare_with_last, find, strategy_weights
from review_kit.initiatives import review_initiatives
from review_kit.model.period import Checkpoint, Rhythm
from review_kit.model.words import Level
from review_kit.outlook import Calibration, Outlook, YearEnd, calibration, judged_goals, next_year, year_end
from review_kit.params import Params
from review_kit.risks import review_risks
from review_kit.scoring import (
    ScoringRules,
    over_time,
    score_kpis,
    with_year_targets,
    yearly_actuals,
)
from review_kit.smart import lint
from review_kit.targets import ResetRules, propose_targets

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
        last: LastReview | None = None,
        stored: Stored = nothing_stored,
    ) -> None:
        self.params = params
        self.checkpoint = checkpoint
        self.sound = sound
        # a later decision does not belong into the report of an earlier day; the year's review is where people decide
        self.decisions = tuple(one for one in decisions if self.year_is_over or one.on <= checkpoint.as_of)
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
        return self._table("scores", self._score)

    @cached_property
    def _scored(self) -> pd.DataFrame:
        return score_kpis(
            self.measures, self.kpis, self.sound["targets"], self.checkpoint, self.rules, self.history.series
        )

    def _score(self) -> pd.DataFrame:
        table = self._scored.merge(self.history.behaviour, on="kpi_id", how="left", validate="1:1")
        ahead = self.outlook.ahead
        for name, values in (("forecast", ahead.mean), ("forecast_low", ahead.low), ("forecast_high", ahead.high)):
            table[name] = table["kpi_id"].map(values)
        asked = judged_goals(self.kpis.set_index("kpi_id"))
        chance = ahead.probability(asked["direction"], asked["target"], asked["low"], asked["high"])
        table["p_meet"] = table["kpi_id"].map(chance)
        table = table.join(self.outlook.told, on="kpi_id")
        if self.year_is_over:  # what is judged is what was, at the precision that is published
            table["p_meet"] = table["met"].astype("Float64").astype("float64")
        table["period_target"] = table["kpi_id"].map(self.history.period_goals["target"])
        return table

    @cached_property
    def outlook(self) -> YearEnd:
        """Where each KPI will stand at the end of the cycle, with model and reason."""
        kpis = self.kpis.assign(aggregate=over_time(self.kpis))  # what counts by its latest period ends with it
        return year_end(self.history.series, kpis, self._scored.set_index("kpi_id")["actual"], self.checkpoint)

    @cached_property
    def calibration(self) -> Calibration:
        """Whether the chances of this cycle can be believed, by what would have been said in the past of its KPIs."""
        return calibration(self.outlook.past, self.kpis)

    @cached_property
    def rollup(self) -> pd.DataFrame:
        """Scores of the strategy, its perspectives and its objectives, with the last review's beside them."""
        return self._table("rollup", self._roll_up)

    def _roll_up(self) -> pd.DataFrame:
        table = explaining.rolled_up(self, self.scores, self.rules)
        previous = {} if self.last is None else self.last.rollup.set_index(["level", "id"])["score"].to_dict()
        pairs = zip(table["level"], table["id"], strict=True)
        table["previous_score"] = pd.Series([previous.get(pair, float("nan")) for pair in pairs], dtype="float64")
        table["change"] = table["score"] - table["previous_score"]
        return table

    @cached_property
    def drivers(self) -> pd.DataFrame:
        """What each KPI gave to the change of the strategy's score since the last review."""
        return self._table("drivers", lambda: explaining.drivers_of(self))

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

    @cached_property
    def initiatives(self) -> pd.DataFrame:
        """The initiatives with slips, spend, what the rule proposes, and what people decided instead."""
        return self._table("initiatives", self._review_initiatives)

    def _review_initiatives(self) -> pd.DataFrame:
        table = review_initiatives(self.sound["initiatives"], self.checkpoint.as_of)
        # a later decision on the same subject replaces an earlier one
        decided = {decision.subject: decision for decision in self.decisions if decision.about == "initiative"}
        because = {subject: f"{one.by}: {one.reason}" for subject, one in decided.items()}
        words = {subject: one.choice for subject, one in decided.items()}
        table["decided"] = table["initiative_id"].map(words).astype("str")
        table["decided_because"] = table["initiative_id"].map(because).astype("str")
        return table

    @cached_property
    def risks(self) -> pd.DataFrame:
        """The risks and issues with exposure, band and movement."""
        return self._table("risks", lambda: review_risks(self.sound["risks"], self.checkpoint.as_of))

    @cached_property
    def smart(self) -> pd.DataFrame:
        """Every letter of SMART that a KPI does not meet."""
        return lint(self.kpis, self.scores.set_index("kpi_id")["n_periods"])

    @cached_property
    def findings(self) -> pd.DataFrame:
        """What was found, ranked, and how it compares with the last review."""
        return self._table("findings", self._compare)

    def _compare(self) -> pd.DataFrame:
        judged = set(self.scores.loc[self.scores["met"].notna(), "kpi_id"])
        return compare_with_last(self.found, None if self.last is None else self.last.found, judged)

    @cached_property
    def found(self) -> pd.DataFrame:
        """What was found at this checkpoint alone."""
        return find(
            Evidence(
                as_of=self.checkpoint.as_of,
                year_is_over=self.year_is_over,
                scores=self.scores,
                kpis=self.kpis,
                objectives=self.objectives,
                initiatives=self.initiatives,
                risks=self.risks,
                stakeholders=self.sound["stakeholders"],
                engagements=self.sound["engagements"],
                feedback=self.sound["feedback"],
                min_confidence=self.rules.min_confidence,
            )
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
        return self._table("proposals", self._propose)

    @property
    def reset_rules(self) -> ResetRules:
        """How far this cycle lets a target move."""
        return ResetRules(max_step=self.params.reset.guardrails.max_step)

    def _propose(self) -> pd.DataFrame:
        said = [one for one in self.decisions if one.about == "target"]
        approved = {one.subject: (float(one.choice), f"{one.reason} ({one.by})") for one in said}
        kpis = self.kpis.assign(aggregate=over_time(self.kpis))
        table = propose_targets(self.scores, kpis, self.next_year, self.reset_rules, approved)
        return table if self.year_is_over else table.head(0)

    def as_last(self) -> LastReview:
        """What the next review needs to know of this one; rows carry who may see them."""
        audience = self.kpis.set_index("kpi_id")["restricted_to"]
        of_objective = self.objectives.set_index("objective_id")["restricted_to"]
        restricted_to = self.scores["kpi_id"].map(audience).fillna(self.scores["objective_id"].map(of_objective))
        scores = self.scores.assign(restricted_to=restricted_to.astype("str"))
        whose = self.objectives.set_index("objective_id")["restricted_to"]
        rollup = self.rollup.assign(restricted_to=self.rollup["id"].map(whose).astype("str"))
        return LastReview.of(self.checkpoint.title, scores=scores, rollup=rollup, found=self.found)

    @property
    def is_annual(self) -> bool:
        """Whether this is the review of the whole year."""
        return self.checkpoint.rhythm is Rhythm.ANNUAL
