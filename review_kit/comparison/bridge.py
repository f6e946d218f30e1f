"""Why the strategy's score is another one than at the earlier review: its change by causes, which add up to it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations
from math import factorial, isnan

import pandas as pd

from review_kit.comparison.cycles import months_between, moved_kpis, moved_targets, stages
from review_kit.comparison.restated import as_known_today, restated_values
from review_kit.comparison.side import Side
from review_kit.model.words import Level
from review_kit.scoring import ScoringRules, score_kpis

RESTATEMENT, PERFORMANCE, DEFINITIONS, WEIGHTS, MEMBERSHIP, RULES = (
    "restatement", "performance", "definitions", "weights", "membership", "rules"
)  # fmt: skip
CAUSES = (RESTATEMENT, PERFORMANCE, DEFINITIONS, WEIGHTS, MEMBERSHIP, RULES)

# what a KPI's score rests on besides its values and its weight
DEFINING = (
    "unit", "direction", "target", "target_low", "target_high", "baseline", "baseline_period", "lower_bound",
    "upper_bound", "aggregate", "frequency", "due", "decimals", "path", "window", "strict", "profile", "red_flag",
    "guardrail",
)  # fmt: skip
_KINDS = {"cause": "str", "effect": "float64", "concerned": "float64"}

Chosen = frozenset[str]  # the causes that stand as they are now; the others as they were then


def shapley(players: Sequence[str], value: Callable[[Chosen], float]) -> dict[str, float]:
    """What each player adds to `value`, averaged over every order in which they could come one after another.

    The parts add up to value(all) - value(none); who never changes the value gets 0.
    Source: Shapley, A value for n-person games, 1953.
    """
    n = len(players)
    parts = {}
    for player in players:
        others = [other for other in players if other != player]
        gained = 0.0
        for size in range(n):
            share = factorial(size) * factorial(n - size - 1) / factorial(n)
            for before in combinations(others, size):
                gained += share * (value(frozenset((*before, player))) - value(frozenset(before)))
        parts[player] = gained
    return parts


def empty_bridge() -> pd.DataFrame:
    """The bridge where there is nothing to compare, or no score to take apart."""
    return pd.DataFrame(columns=list(_KINDS)).astype(_KINDS)


def score_bridge(then: Side, now: Side) -> pd.DataFrame:
    """The change of the strategy's score from `then` to `now` by causes; empty where one of them has no score.

    Columns: cause, effect (1 is 100 points), concerned (how many values, KPIs or objectives it is about). One row per
    cause in the order of CAUSES; a cause of which nothing changed has an effect of exactly 0. First the past is put
    right: the earlier review scored again on what is known today of its periods, and what that changes is
    `restatement`. What is left is parted by Shapley's value among performance (the figures of the later checkpoint in
    place of the earlier one's), definitions (targets, baselines and how a KPI is reckoned), weights (and where a KPI
    or objective hangs), membership (what came in and went out) and the rules of scoring, so that no order has to be
    preferred. A KPI whose unit changed moves with its definition, since its old and new values cannot be exchanged.
    """
    before, today = then.strategy_score, now.strategy_score
    if isnan(before) or isnan(today):
        return empty_bridge()
    game = _Game(then, now)
    start, end = game.value(frozenset()), game.value(frozenset(game.players))
    parts = shapley(game.players, game.value)
    if any(isnan(part) for part in (start, end, *parts.values())):
        return empty_bridge()
    effects = dict.fromkeys(CAUSES, 0.0) | parts
    effects[RESTATEMENT] = start - game.as_reported if game.n_restated else 0.0
    # what is left where a review was reckoned by other rules than today's, as by an earlier version
    rest = (today - before) - sum(effects.values())
    if abs(rest) > _BINARY:
        effects[RULES] += rest
    else:
        largest = max(effects, key=lambda cause: abs(effects[cause]))
        effects[largest] += rest
    rows = [(cause, effects[cause], game.concerned[cause]) for cause in CAUSES]
    return pd.DataFrame(rows, columns=list(_KINDS)).astype(_KINDS)


_BINARY = 1e-9  # what binary arithmetic leaves of a score of about 1


class _Game:
    """The strategy's score for every mixture of then and now."""

    def __init__(self, then: Side, now: Side) -> None:
        self.then, self.now = then, now
        common = then.kpis["kpi_id"][then.kpis["kpi_id"].isin(now.kpis["kpi_id"])]
        self.common = common.tolist()
        restated = restated_values(then, now)
        self.n_restated = len(restated)
        measures = as_known_today(then, now) if self.n_restated else then.measures
        self.measures = {False: measures, True: now.measures}
        self.concerned = {
            RESTATEMENT: len(restated),
            PERFORMANCE: len(self.common),
            DEFINITIONS: len(redefined(then, now)),
            WEIGHTS: len(reweighted(then.scores, now.scores, ("weight", "objective_id"), "kpi_id"))
            + len(reweighted(then.objectives, now.objectives, ("weight", "perspective"), "objective_id")),
            MEMBERSHIP: len(_apart(then.kpis, now.kpis, "kpi_id"))
            + len(_apart(then.objectives, now.objectives, "objective_id"))
            + len(_differing(then.objectives, now.objectives, ("status",), "objective_id")),
            RULES: int(then.rules != now.rules),
        }
        moved = then.checkpoint.as_of != now.checkpoint.as_of or self.n_restated > 0
        active = {cause: self.concerned[cause] > 0 for cause in CAUSES} | {PERFORMANCE: moved and bool(self.common)}
        self.players = tuple(cause for cause in CAUSES[1:] if active[cause])
        other_unit = _differing(then.kpis, now.kpis, ("unit",), "kpi_id")
        self.other_unit = set(other_unit)
        self.value = cache(self._value)
        self._scored = cache(self._score)

    @property
    def as_reported(self) -> float:
        """The earlier score, rolled up from the earlier review's own scores as today's code rolls up."""
        return self._rolled(self.then.scores, self.then.objectives, self.then.rules)

    def _value(self, chosen: Chosen) -> float:
        """The score with the chosen causes as they are now, and the others as they were then."""
        ruled_now = RULES in chosen
        rules = self.now.rules if ruled_now else self.then.rules
        scores = self._in_common(chosen)
        side = self.now if MEMBERSHIP in chosen else self.then
        alone = self._scored(side is self.now, side is self.now, ruled_now)
        alone = alone[~alone["kpi_id"].isin(self.common)]
        mixed = pd.concat([scores, alone], ignore_index=True) if len(alone) else scores
        objectives = self._objectives(chosen, set(mixed["objective_id"]))
        score = self._rolled(mixed, objectives, rules)
        # a mixture may have too little to be reported, as old figures of a new measure; to tell causes it need not be
        return self._rolled(mixed, objectives, replace(rules, min_confidence=0.0)) if isnan(score) else score

    def _in_common(self, chosen: Chosen) -> pd.DataFrame:
        """Scores of the KPIs of both reviews, in the order of the earlier one."""
        performed = PERFORMANCE in chosen if PERFORMANCE in self.players else DEFINITIONS in chosen
        redefined_now = DEFINITIONS in chosen if DEFINITIONS in self.players else performed
        ruled_now = RULES in chosen if RULES in self.players else redefined_now
        table = self._of_common(self._scored(performed, redefined_now, ruled_now))
        if self.other_unit:
            whole = self._of_common(self._scored(redefined_now, redefined_now, ruled_now))
            moves = table["kpi_id"].isin(self.other_unit)
            table = pd.concat([table[~moves], whole[moves]]).sort_index()
        weighed = self._of_common((self.now if WEIGHTS in chosen else self.then).scores)
        return table.assign(weight=weighed["weight"], objective_id=weighed["objective_id"])

    def _of_common(self, scores: pd.DataFrame) -> pd.DataFrame:
        return scores.set_index("kpi_id").loc[self.common].reset_index()

    def _score(self, performed: bool, redefined_now: bool, ruled_now: bool) -> pd.DataFrame:
        """All KPIs of one side's definitions, on the figures of one side's checkpoint."""
        own = self.now if redefined_now else self.then
        rules = self.now.rules if ruled_now else self.then.rules
        data = self.now if performed else self.then
        as_scored = rules == own.rules and (own is self.now or not self.n_restated)
        if own is data and as_scored:
            return own.scores
        kpis = own.kpis if own is data else own.kpis[own.kpis["kpi_id"].isin(self.common)]
        measures = self.measures[performed]
        measures = measures[measures["kpi_id"].isin(kpis["kpi_id"])].reset_index(drop=True)
        months = months_between(own, data)
        kpis, targets = moved_kpis(kpis, data.kpis, months), moved_targets(own.targets, months)
        return score_kpis(measures, kpis, targets, data.checkpoint, rules)

    def _objectives(self, chosen: Chosen, used: set[str]) -> pd.DataFrame:
        """The objectives of one side, weighed as one side weighs them, with those that the mixed KPIs hang on."""
        weighed = self.now if WEIGHTS in chosen else self.then
        held = self.now if MEMBERSHIP in chosen else self.then
        ids = dict.fromkeys(held.objectives["objective_id"])
        known = (*self.then.objectives["objective_id"], *self.now.objectives["objective_id"])
        ids |= dict.fromkeys(one for one in known if one in used)
        columns = ["objective_id", "name", "perspective", "weight", "status"]
        rows = pd.concat([weighed.objectives[columns], self.then.objectives[columns], self.now.objectives[columns]])
        rows = rows.drop_duplicates("objective_id").set_index("objective_id").loc[list(ids)].reset_index()
        pursued = held.objectives.set_index("objective_id")["status"]
        return rows.assign(status=rows["objective_id"].map(pursued).astype("object"))

    def _rolled(self, scores: pd.DataFrame, objectives: pd.DataFrame, rules: ScoringRules) -> float:
        rolled = rules.rolled_up(scores, objectives, self.now.organisation)
        score = rolled.loc[rolled["level"].eq(Level.STRATEGY), "score"]
        return float(score.iloc[0]) if len(score) else float("nan")


def redefined(then: Side, now: Side) -> set[str]:
    """KPIs of both reviews whose score rests on another definition, target or baseline."""
    months = months_between(then, now)
    found = set(_differing(moved_kpis(then.kpis, now.kpis, months), now.kpis, DEFINING, "kpi_id"))
    both = set(then.kpis["kpi_id"]) & set(now.kpis["kpi_id"])
    staged = [stages(targets) for targets in (moved_targets(then.targets, months), now.targets)]
    return found | {kpi_id for kpi_id in both if staged[0].get(kpi_id) != staged[1].get(kpi_id)}


def reweighted(before: pd.DataFrame, today: pd.DataFrame, columns: Iterable[str], key: str) -> list[str]:
    """What is in both and weighs, or hangs, otherwise; a missing weight is 1."""
    then, now = (table.assign(weight=table["weight"].fillna(1.0)) for table in (before, today))
    return _differing(then, now, columns, key)


def _differing(before: pd.DataFrame, today: pd.DataFrame, columns: Iterable[str], key: str) -> list[str]:
    """The ids of both tables of which one of the columns differs; what is missing on both sides is the same."""
    old, new = before.set_index(key), today.set_index(key)
    ids = old.index[old.index.isin(new.index)]
    old, new = old.loc[ids], new.loc[ids]
    differs = pd.Series(data=False, index=ids)
    for name in columns:
        left, right = (_plain(table, name) for table in (old, new))
        differs |= left.ne(right)
    return list(ids[differs])


def _plain(table: pd.DataFrame, name: str) -> pd.Series:
    """The column as objects, what is missing as None; a column that a side does not have is missing."""
    if name not in table:
        return pd.Series("", index=table.index, dtype="object")
    column = table[name].astype("object")
    column = column.where(table[name].notna(), "")
    is_no = column.map(lambda value: value is False)  # nobody has to write down that something is no guardrail
    return column.where(~is_no.astype(bool), "")


def _apart(before: pd.DataFrame, today: pd.DataFrame, key: str) -> set[str]:
    return set(before[key]) ^ set(today[key])
