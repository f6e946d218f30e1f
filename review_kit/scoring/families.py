"""Children brought together to parents, and each parent again with one child changed.

The rules are those of `roll_up`; here they are written as sums, lowest scores and counts that one child can be taken
out of and put into, so that very many changes cost as much as one.
"""

from dataclasses import dataclass, fields
from typing import Self

import numpy as np
import numpy.typing as npt

from review_kit.model.profile import Rollup
from review_kit.model.words import Status

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
STATUSES = (Status.ON_TARGET, Status.NEAR, Status.OFF_TARGET, Status.NOT_SCORED)  # by their codes below
_ON, _NEAR, _OFF, _NOT_SCORED = range(len(STATUSES))
_NOISE = 1e-12  # what sums in another order may lack of a limit that they reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What makes a status of a score, how much must be scored, and within what scores count."""

    green: float
    amber: float
    min_confidence: float
    floor: float = 0.0
    cap: float = 1.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Nodes:
    """KPIs, objectives, perspectives or the strategy: one value of each column for each of them."""

    score: Floats  # nan where it has none or it is withheld
    status: Ints  # codes of `STATUSES`
    weight: Floats
    coverage: Floats  # scored share of its weight
    breaches: Floats  # guardrails below that are off target

    @property
    def counts(self) -> npt.NDArray[np.bool_]:
        """Which of them have a say in the score above: those that have a score and weigh something."""
        return ~np.isnan(self.score) & (self.weight > 0)


@dataclass(frozen=True, slots=True)
class _Sums:
    """What children add to their parent; the columns of a child are taken off and put on."""

    points: Floats  # of a mean weight x score, of a geometric one weight x ln score
    present: Floats  # weight of what is scored
    noughts: Floats  # how many stand at 0 or below and so take a geometric mean to 0
    weight: Floats
    covered: Floats  # weight x coverage
    breaches: Floats
    statuses: Floats  # where the worst counts a column for each status: how many of what weighs something have it

    @classmethod
    def of(cls, nodes: Nodes, method: str) -> Self:
        """What each node adds to whatever stands above it."""
        counts = nodes.counts
        score = np.where(counts, nodes.score, 1.0)
        nought = score <= 0
        worth = np.log(np.where(nought, 1.0, score)) if method == Rollup.GEOMETRIC else score
        weight = np.where(counts, nodes.weight, 0.0)
        codes = np.arange(len(STATUSES) if method == Rollup.WORST else 0)
        has_it = (nodes.status[:, None] == codes) & (nodes.weight > 0)[:, None]
        return cls(
            points=weight * worth,
            present=weight,
            noughts=(nought & counts).astype(np.float64),
            weight=nodes.weight,
            covered=nodes.weight * nodes.coverage,
            breaches=nodes.breaches,
            statuses=has_it.astype(np.float64),
        )

    def gathered(self, parent_of: Ints, n: int) -> Self:
        """The sums of each of n parents."""
        return type(self)(*(_bins(getattr(self, field.name), parent_of, n) for field in fields(self)))

    def moved(self, places: Ints, own: Self, child: Ints, after: Self) -> Self:
        """The sums at these places, where one child each, which adds what `own` has of it, adds `after` instead."""

        def with_difference(name: str) -> Floats:
            before, then = getattr(own, name), getattr(after, name)
            moved: Floats = getattr(self, name)[places]
            # the difference comes first: a child that does not change then adds exactly nothing
            return moved + (then - before[child]) if moved.size else moved

        return type(self)(*(with_difference(field.name) for field in fields(self)))


def _bins(column: Floats, parent_of: Ints, n: int) -> Floats:
    if column.ndim == 1:
        return np.bincount(parent_of, weights=column, minlength=n).astype(np.float64)
    none = np.zeros(n)  # stands before the others, since there may be none of these
    return np.stack([none, *(_bins(part, parent_of, n) for part in column.T)], axis=1)[:, 1:]


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Children below their parents, brought together by one method of `Rollup`."""

    method: str
    limits: Limits
    children: Nodes
    parent_of: Ints  # of each child the place of its parent
    own: _Sums  # what each child adds
    sums: _Sums  # of each parent
    lowest: Floats  # of each parent the lowest score that counts; infinite where none does
    lowest_child: Ints  # whose it is; -1 where none counts
    next_lowest: Floats  # the lowest of all others

    @classmethod
    def of(cls, children: Nodes, parent_of: Ints, n: int, method: str, limits: Limits) -> Self:
        """Children gathered below n parents."""
        lowest, whose, following = _two_lowest(np.where(children.counts, children.score, np.inf), parent_of, n)
        own = _Sums.of(children, method)
        return cls(
            method=method,
            limits=limits,
            children=children,
            parent_of=parent_of,
            own=own,
            sums=own.gathered(parent_of, n),
            lowest=lowest,
            lowest_child=whose,
            next_lowest=following,
        )

    def parents(self) -> Nodes:
        """Each parent as it is; it weighs as much as its children together."""
        return self._brought_together(self.sums, self.lowest)

    def with_one(self, child: Ints, instead: Nodes) -> Nodes:
        """For each of these children its parent, were the child as it is in `instead` and all others as they are."""
        place = self.parent_of[child]
        sums = self.sums.moved(place, self.own, child, _Sums.of(instead, self.method))
        if self.method != Rollup.WORST:
            return self._brought_together(sums, self.lowest[place])
        others = np.where(self.lowest_child[place] == child, self.next_lowest[place], self.lowest[place])
        mine = np.where(instead.counts, instead.score, np.inf)
        return self._brought_together(sums, np.minimum(others, mine))

    def _brought_together(self, sums: _Sums, lowest: Floats) -> Nodes:
        with np.errstate(divide="ignore", invalid="ignore"):
            coverage = np.where(sums.weight > 0, sums.covered / sums.weight, 0.0)
            score = np.where(sums.present > 0, sums.points / sums.present, np.nan)
        if self.method == Rollup.GEOMETRIC:
            score = np.where(sums.noughts > 0, 0.0, np.exp(score))
        if self.method == Rollup.WORST:
            score = np.where(np.isinf(lowest), np.nan, lowest)
        score = np.where(coverage >= self.limits.min_confidence - _NOISE, score, np.nan)
        return Nodes(
            score=score,
            status=self._status(score, sums),
            weight=sums.weight,
            coverage=coverage,
            breaches=sums.breaches,
        )

    def _status(self, score: Floats, sums: _Sums) -> Ints:
        """A breached guardrail keeps what would be on target near."""
        if self.method == Rollup.WORST:
            reached = [np.isnan(score), *(sums.statuses[:, code] > 0 for code in (_OFF, _NEAR, _ON))]
            code = np.select(reached, [_NOT_SCORED, _OFF, _NEAR, _ON], default=_NOT_SCORED)
        else:
            reached = [np.isnan(score), score >= self.limits.green - _NOISE, score >= self.limits.amber - _NOISE]
            code = np.select(reached, [_NOT_SCORED, _ON, _NEAR], default=_OFF)
        return np.where((code == _ON) & (sums.breaches > 0), _NEAR, code).astype(np.int64)


def _two_lowest(score: Floats, parent_of: Ints, n: int) -> tuple[Floats, Ints, Floats]:
    """Of each parent its lowest score, whose it is, and the lowest of the others; infinite where there is none."""
    order = np.lexsort([score, parent_of])
    first = np.searchsorted(parent_of[order], np.arange(n))
    ends = np.searchsorted(parent_of[order], np.arange(n), side="right")
    padded, whose = np.append(score[order], np.inf), np.append(order, -1)
    has_one, has_two = first < ends, first + 1 < ends
    last = len(order)
    lowest = padded[np.where(has_one, first, last)]
    following = padded[np.where(has_two, first + 1, last)]
    return lowest, whose[np.where(has_one, first, last)].astype(np.int64), following
