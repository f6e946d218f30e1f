"""What the values of KPIs say by themselves: their series, the points on their charts, what a period is asked for."""

from collections.abc import Collection, Mapping
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd

from review_kit.params import Params
from review_kit.scoring import period_targets, whole_series
from review_kit.signals import RULE_SETS, ChartChoices, Rebase, process_behaviour

WHOLE_IS_QUICK = 2_000  # KPIs whose series are worked out in a tenth of a second


class History:
    """The periods of KPIs up to a checkpoint; no KPI's history depends on that of another, nor on its score.

    `kpis` and `measures` are the sound tables of intake.
    """

    def __init__(self, params: Params, kpis: pd.DataFrame, measures: pd.DataFrame) -> None:
        self._params = params
        self._kpis = kpis
        self._measures = measures

    def part(self, kpi_ids: Collection[str]) -> "History":
        """The history of these KPIs alone: a page shows a few of very many, and need not wait for the others.

        Of fewer the whole is as quick, and where the series of all are there already.
        """
        if len(self._kpis) <= WHOLE_IS_QUICK or "series" in vars(self):
            return self
        few = (table[table["kpi_id"].isin(list(kpi_ids))].reset_index(drop=True) for table in self._tables)
        return History(self._params, *few)

    @property
    def _tables(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        return self._kpis, self._measures

    @cached_property
    def series(self) -> pd.DataFrame:
        """One value per KPI and period, segments rolled up."""
        return whole_series(self._measures, self._kpis)

    @cached_property
    def period_goals(self) -> pd.DataFrame:
        """By kpi_id, what the year's target asks of one period: target, target_low, target_high."""
        return period_targets(self._kpis, self.series)

    @property
    def points(self) -> pd.DataFrame:
        """The series with natural limits and signals."""
        return self._behaviour[0]

    @property
    def behaviour(self) -> pd.DataFrame:
        """One row per KPI: variation, assurance, limits of its last phase."""
        return self._behaviour[1]

    @cached_property
    def _behaviour(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        goals = self.period_goals.reindex(self._kpis["kpi_id"]).set_axis(self._kpis.index)
        kpis = self._kpis.assign(
            period_target=goals["target"], target_low=goals["target_low"], target_high=goals["target_high"]
        )
        return process_behaviour(self.series, kpis, RULE_SETS[self._params.signals.rules], self.chart_choices)

    @property
    def chart_choices(self) -> ChartChoices:
        """What this cycle says of its charts beside their rules; nothing of a KPI that this edition does not have."""
        told, known = self._params.signals, set(self._kpis["kpi_id"])
        return ChartChoices(
            centre=told.centre,
            ranges=told.ranges,
            freeze=told.freeze,
            rebase=[
                Rebase(kpi_id=one.kpi_id, since=one.since, reason=one.reason)
                for one in told.rebase
                if one.kpi_id in known
            ],
            test_seasons=told.seasonal.test,
            seasonal=frozenset(told.seasonal.always),
            not_seasonal=frozenset(told.seasonal.never),
        )

    def series_of(self, kpi_id: str) -> pd.DataFrame:
        """The series of one KPI; its rows stand side by side, so that no others are looked at."""
        return self.series.iloc[self._span(kpi_id)]

    def points_of(self, kpi_id: str) -> pd.DataFrame:
        """The points of one KPI; they stand as those of the series do."""
        return self.points.iloc[self._span(kpi_id)]

    def _span(self, kpi_id: str) -> slice:
        return slice(*self._spans.get(kpi_id, (0, 0)))

    @cached_property
    def _spans(self) -> Mapping[str, tuple[int, int]]:
        codes, ids = pd.factorize(self.series["kpi_id"])
        edges = np.searchsorted(codes, np.arange(len(ids) + 1)).tolist()
        return dict(zip(ids, pairwise(edges), strict=True))
