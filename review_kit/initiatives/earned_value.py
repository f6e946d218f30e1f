"""Earned value: what the money bought so far, and what the whole will cost.

All functions take columns or single numbers, money in one currency. What cannot be said is missing and never infinite:
an index of nothing spent or nothing planned, or the efficiency that is asked of money that is gone.

`bac` is the budget at completion, `pv` the value of the work planned by now, `ev` of the work done, `ac` what it cost.
Source: Project Management Institute, Practice Standard for Earned Value Management, 2nd edition (2011), and The
Standard for Earned Value Management (2019).
"""

from typing import TypeVar

import pandas as pd

Figures = TypeVar("Figures", float, pd.Series)


def over(above: Figures, below: Figures) -> Figures:
    """A quotient that is missing where there is nothing to divide by: zero, less, or unknown."""
    if isinstance(below, pd.Series):
        return above / below.where(below > 0)
    return above / below if below > 0 else float("nan")


def cost_variance(ev: Figures, ac: Figures) -> Figures:
    """CV, the work done less its cost; negative where it cost more than it was to."""
    return ev - ac


def schedule_variance(ev: Figures, pv: Figures) -> Figures:
    """SV in money, the work done less the work planned; ends at 0 also where the work ends late."""
    return ev - pv


def cost_performance(ev: Figures, ac: Figures) -> Figures:
    """CPI, the value of the work that one unit of money bought; below 1 costs more than planned."""
    return over(ev, ac)


def schedule_performance(ev: Figures, pv: Figures) -> Figures:
    """SPI in money, the share of the planned work that is done; ends at 1 also where the work ends late."""
    return over(ev, pv)


def estimate_by_cost(bac: Figures, cpi: Figures) -> Figures:
    """EAC where the rest costs as the work so far did: BAC / CPI."""
    return over(bac, cpi)


def estimate_at_budget(bac: Figures, ev: Figures, ac: Figures) -> Figures:
    """EAC where the rest costs what was planned for it: AC + (BAC - EV)."""
    return ac + (bac - ev)


def estimate_by_cost_and_schedule(bac: Figures, ev: Figures, ac: Figures, cpi: Figures, spi: Figures) -> Figures:
    """EAC where being late costs too: AC + (BAC - EV) / (CPI x SPI)."""
    return ac + over(bac - ev, cpi * spi)


def estimate_to_complete(eac: Figures, ac: Figures) -> Figures:
    """ETC, what is still to be spent."""
    return eac - ac


def variance_at_completion(bac: Figures, eac: Figures) -> Figures:
    """VAC, what is left of the budget in the end; negative where it does not suffice."""
    return bac - eac


def to_complete(bac: Figures, ev: Figures, ac: Figures, within: Figures) -> Figures:
    """TCPI, the cost performance that the rest needs to end `within` the budget or an estimate: (BAC - EV) / left.

    Missing where all of `within` is spent: no efficiency brings it back.
    """
    return over(bac - ev, within - ac)
