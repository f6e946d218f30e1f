"""What tells the rows of the actuals apart: numbered once, and shared by every check that compares rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd

from review_kit.intake.coded import Coded, Groups, Mask


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """KPI, period and segment of each row, and the rows that share them."""

    kpi: Coded
    period: Coded
    segment: Coded  # '' for the KPI as a whole
    series: Groups  # the values of one KPI and segment
    side_by_side: Groups  # the segments of one KPI and period
    same: Groups  # rows that stand for the same value

    @classmethod
    def of(cls, words: Mapping[str, Coded]) -> Self:
        """The keys of typed actuals."""
        kpi, period, segment = (words[name] for name in ("kpi_id", "period", "segment"))
        series = Groups.of(kpi, segment)
        return cls(
            kpi=kpi,
            period=period,
            segment=segment,
            series=series,
            side_by_side=Groups.of(kpi, period),
            same=series.parted_by(period),
        )

    @property
    def parted(self) -> Mask:
        """The rows that stand for a segment, and not for the KPI as a whole."""
        return self.segment.where(self.segment.texts.ne(""))

    def of_kpis(self, kpis: pd.DataFrame) -> pd.DataFrame:
        """The definitions of the KPIs, in the order of `kpi.texts`; missing where a KPI is not defined."""
        by_id = kpis.drop_duplicates("kpi_id").set_index("kpi_id")
        return by_id.reindex(pd.Index(self.kpi.texts)).assign(known=self.kpi.texts.isin(by_id.index).to_numpy())

    def of_kpi(self, values: np.ndarray, otherwise: Any) -> np.ndarray:
        """For each row what holds for its KPI, and `otherwise` where it names none; `values` as `kpi.texts`."""
        return np.append(values, otherwise)[self.kpi.numbers]
