"""A forecast per KPI as a distribution: what is expected, how far it may be off, and the chance to meet a target."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from review_kit.model.words import Direction

_LEAST = 1e-12  # a smaller chance is lost when it is taken from 1
INTERVAL = 0.80  # share of futures that the printed interval is meant to hold


@dataclass(frozen=True, slots=True)
class Outlook:
    """A forecast per KPI: its mean and spread, normal, or Student's t where `df` says how much the spread rests on.

    `sd` is 0 where the value is already known, and missing where nothing is known of how far the forecast may be off;
    df is missing where the normal distribution applies. What lies beyond `floor` and `ceiling` cannot be.
    """

    mean: pd.Series
    sd: pd.Series
    df: pd.Series | None = None
    floor: pd.Series | None = None
    ceiling: pd.Series | None = None

    @property
    def low(self) -> pd.Series:
        """Lower end of the central interval."""
        return self._possible(self.mean - self.sd * self._width())

    @property
    def high(self) -> pd.Series:
        """Upper end of the central interval."""
        return self._possible(self.mean + self.sd * self._width())

    def _possible(self, value: pd.Series) -> pd.Series:
        return value if self.floor is None or self.ceiling is None else value.clip(self.floor, self.ceiling)

    def _width(self) -> pd.Series:
        from scipy.special import ndtri, stdtrit  # noqa: PLC0415 - not before a forecast is asked for

        normal = float(ndtri((1 + INTERVAL) / 2))
        if self.df is None:
            return pd.Series(normal, index=self.mean.index)
        df = self.df.to_numpy(dtype=float)
        return pd.Series(np.where(np.isnan(df), normal, stdtrit(df, (1 + INTERVAL) / 2)), index=self.mean.index)

    def probability(self, direction: pd.Series, target: pd.Series, low: pd.Series, high: pd.Series) -> pd.Series:
        """P(target met), by direction; 0 or 1 where nothing is left to chance, missing without target or spread.

        What is left to chance is never quite 0 or 1, however far the target lies: a tail too small to tell is not none.
        Nothing is left to it where what is promised lies beyond what can be, or holds all that can be.
        """
        is_higher, is_lower = direction.eq(Direction.HIGHER), direction.eq(Direction.LOWER)
        least = target.where(is_higher, low).mask(is_lower, -np.inf)
        most = target.where(is_lower, high).mask(is_higher, np.inf)
        floor = -np.inf if self.floor is None else self.floor
        ceiling = np.inf if self.ceiling is None else self.ceiling
        never = (least > ceiling) | (most < floor)
        # what a forecast puts beyond a bound comes out at the bound itself
        least, most = least.mask(least <= floor, -np.inf), most.mask(most >= ceiling, np.inf)
        always = least.eq(-np.inf) & most.eq(np.inf)
        told = (self._cdf(most) - self._cdf(least, at=False)).clip(0.0, 1.0)
        is_open = (self.sd > 0) & ~never & ~always
        return told.mask(is_open, told.clip(_LEAST, 1.0 - _LEAST)).mask(never & told.notna(), 0.0)

    def _cdf(self, value: pd.Series, *, at: bool = True) -> pd.Series:
        """P(X <= value), or P(X < value) with `at` false; they differ only where sd is 0."""
        spread = self.sd.where(self.sd > 0)
        step = (self.mean <= value) if at else (self.mean < value)
        known = self.mean.notna() & value.notna() & self.sd.notna()
        from scipy.special import ndtr, stdtr  # noqa: PLC0415

        distance = ((value - self.mean) / spread).to_numpy(dtype=float)
        share = ndtr(distance)
        if self.df is not None:
            df = self.df.to_numpy(dtype=float)
            share = np.where(np.isnan(df), share, stdtr(df, distance))
        smooth = pd.Series(share, index=value.index)
        return smooth.where(spread.notna(), step.astype(float)).where(known)


def judged_goals(kpis: pd.DataFrame) -> pd.DataFrame:
    """Direction, target, low and high as an unrounded outcome is judged by them, in the order of the KPIs.

    Met is judged at the published decimals: 71.46 meets 71.5 where one digit is published. So half of the last digit
    is given; without `decimals` nothing is. Where a tie misses (`strict`), half of the last digit is taken instead, or
    without `decimals` the least that there is.
    """
    half = (0.5 * 10.0 ** -kpis["decimals"].astype("float64")).fillna(0.0)
    strict = (kpis["strict"] if "strict" in kpis else pd.Series(False, kpis.index)).fillna(value=False).astype(bool)
    given = half.mask(strict, -half)

    def moved(goal: pd.Series, way: int) -> pd.Series:
        most = goal + way * given
        # halves round away from zero: the edge itself would still be printed as the target
        return most.mask(strict, pd.Series(np.nextafter(most, -way * np.inf), index=goal.index))

    return pd.DataFrame(
        {
            "direction": kpis["direction"],
            "target": moved(kpis["target"], -1).where(kpis["direction"].eq(Direction.HIGHER), moved(kpis["target"], 1)),
            "low": moved(kpis["target_low"], -1),
            "high": moved(kpis["target_high"], 1),
        }
    )
