"""The series behind a process behaviour chart, as aligned arrays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from review_kit.charts.periods import Axis, axis_of
from review_kit.charts.scales import finite
from review_kit.model.figures import brief, natural_decimals

LIMITS = ("mean", "lower", "upper")
_SAME = 1e-9  # of a value; binary arithmetic makes less of a difference


@dataclass(frozen=True, kw_only=True)
class Series:
    """What the chart draws, as aligned arrays in time order."""

    axis: Axis
    value: np.ndarray
    mean: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    adjusted: np.ndarray  # without their season, where there is one
    moving_range: np.ndarray
    range_upper: np.ndarray
    jump: np.ndarray  # moving ranges above their limit
    targets: tuple[np.ndarray, ...]  # one line, or two for a range
    signal: list[str]
    preliminary: np.ndarray
    phases: dict[int, str]  # first point of each later phase -> its reason
    unit: str
    decimals: int

    def text(self, value: float) -> str:
        """A value with the KPI's unit and decimals."""
        return brief(value, self.unit, self.decimals)

    @property
    def is_seasonal(self) -> bool:
        """Whether the limits move with the season."""
        apart = np.abs(self.adjusted - self.value)
        return bool(np.any(apart > _SAME * np.abs(self.value)))

    @property
    def has_ranges(self) -> bool:
        """Whether there is anything to tell of moving ranges."""
        return bool(np.isfinite(self.moving_range).any() and np.isfinite(self.range_upper).any())

    @property
    def last(self) -> int:
        """Position of the latest known value."""
        return int(np.flatnonzero(np.isfinite(self.value))[-1])


def series_of(
    points: pd.DataFrame,
    unit: str,
    decimals: int | None,
    target: tuple[float | Sequence[float] | None, ...],
    phases: Mapping[int, str],
) -> Series:
    """Points in time order with the columns that are there; `target` holds one line, or the two ends of a range."""
    size = len(points)
    blank = np.full(size, np.nan)
    arrays = {
        column: points[column].to_numpy(np.float64, na_value=np.nan) if column in points else blank
        for column in ("value", *LIMITS, "adjusted", "moving_range", "range_upper")
    }
    lines = [np.broadcast_to(np.asarray(line, np.float64), (size,)) for line in target if line is not None]
    status = points["status"].fillna("").astype(str) if "status" in points else pd.Series([""] * size)
    return Series(
        axis=axis_of(points["period_end"].tolist(), points["period"].tolist() if "period" in points else None),
        targets=tuple(line for line in lines if np.isfinite(line).any()),
        signal=points["signal"].fillna("").astype(str).tolist() if "signal" in points else [""] * size,
        preliminary=status.isin(["preliminary", "projected"]).to_numpy(),
        jump=points["jump"].to_numpy(bool) if "jump" in points else np.zeros(size, bool),
        phases=dict(phases),
        unit=unit,
        decimals=natural_decimals(*finite(arrays["value"])) if decimals is None else decimals,
        **arrays,
    )
