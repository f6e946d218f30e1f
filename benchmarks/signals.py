"""How often each rule set cries wolf on pure noise, and how soon it sees a shift that is there.

False alarms: normal noise without any change. `per point` is the share of points that are marked, `latest` the share of
series whose latest point is marked (which is what a review calls the variation of the KPI), `per series` the share with
any mark at all.

Delay: 24 values of noise, then the level moves up by so many sigma for good. Each month the limits are drawn anew from
all values so far, as a review does without a rebase, or rest on the first 24 (`freeze`). Found is the first month whose
latest point is marked on the right side; series that were marked at the 24th value are left out. `found in 12` is the
share found within a year of the shift.

Seasons: how often a season is found where there is none, and where every November and December is so many sigma higher;
then the false alarms on what is left without it.

    python benchmarks/signals.py              # the figures of docs/method.md; three minutes
    python benchmarks/signals.py --series 500
"""

import argparse

import numpy as np

from review_kit.signals import RULE_SETS, ChartChoices, RuleSet
from review_kit.signals.judging import judge
from review_kit.signals.seasons import Timing, seasons

LENGTHS = (12, 24, 36)
BEFORE, AFTER = 24, 24
SHIFTS = (1.0, 2.0)
YEARS = (2, 3, 5)
LEVEL = 100.0


def marks(values: np.ndarray, rules: RuleSet, choices: ChartChoices) -> tuple[np.ndarray, np.ndarray]:
    """For values of one row a series: which points are marked, and on which side of the central line they lie."""
    n_series, n = values.shape
    judged = judge(values.ravel(), np.repeat(np.arange(n_series), n), rules, choices)
    return judged.special.reshape(n_series, n), judged.side.reshape(n_series, n)


def false_alarms(random: np.random.Generator, n_series: int) -> None:
    """Print the share of points and series that are marked though nothing changed."""
    print("\nFalse alarms on noise")
    print("rule set  | values | per point | latest | per series")
    for name, rules in RULE_SETS.items():
        for n in LENGTHS:
            marked, _ = marks(LEVEL + random.normal(size=(n_series, n)), rules, ChartChoices())
            rates = (marked.mean(), marked[:, -1].mean(), marked.any(axis=1).mean())
            print(f"{name:9} | {n:6} | {rates[0]:8.1%}  | {rates[1]:5.1%}  | {rates[2]:6.1%}")


def delays(random: np.random.Generator, n_series: int) -> None:
    """Print after how many values a lasting shift is seen."""
    print(f"\nDelay until a shift after {BEFORE} values is seen, in values")
    print("rule set  | limits         | shift   | median | mean of those found | found in 12 | found in 24")
    for name, rules in RULE_SETS.items():
        for words, choices in (("all values", ChartChoices()), ("first 24 frozen", ChartChoices(freeze=BEFORE))):
            for shift in SHIFTS:
                values = LEVEL + random.normal(size=(n_series, BEFORE + AFTER))
                values[:, BEFORE:] += shift
                quiet = ~marks(values[:, :BEFORE], rules, choices)[0][:, -1]
                found = np.full(n_series, np.inf)
                for seen in range(1, AFTER + 1):
                    marked, side = marks(values[:, : BEFORE + seen], rules, choices)
                    found[np.isinf(found) & marked[:, -1] & (side[:, -1] > 0)] = seen
                found = found[quiet]
                middle = np.median(found)
                told = f"{middle:6.0f}" if np.isfinite(middle) else f"  > {AFTER}"
                mean = found[np.isfinite(found)].mean()
                shares = f"{(found <= AFTER // 2).mean():10.0%}  | {np.isfinite(found).mean():10.0%}"
                print(f"{name:9} | {words:14} | {shift:g} sigma | {told} | {mean:19.1f} | {shares}")


def noises(random: np.random.Generator, n_series: int, n: int) -> dict[str, np.ndarray]:
    """Series without and with a season, of different kinds of noise."""
    noise = random.normal(size=(n_series, n))
    dragging = noise.copy()
    for at in range(1, n):
        dragging[:, at] += 0.5 * dragging[:, at - 1]
    winter = np.arange(n) % 12 >= 10  # noqa: PLR2004 - November and December
    shifted = noise + 5 * winter
    shifted[:, -8:] += 2
    return {
        "no season, noise": noise,
        "no season, noise that drags on (0.5)": dragging,
        "no season, random walk": noise.cumsum(axis=1),
        "season of 3 sigma": noise + 3 * winter,
        "season of 5 sigma": noise + 5 * winter,
        "season of 5, last 8 up by 2 sigma": shifted,
    }


def seasonal(random: np.random.Generator, n_series: int) -> None:
    """Print how often a season is found, and the signals at the latest point with and without taking it out."""
    rules = RULE_SETS["nhs_r"]
    print("\nSeasons (nhs_r)")
    print("series                               | years | season found | latest marked: raw | tested | declared")
    for years in YEARS:
        n = 12 * years
        codes, months = np.repeat(np.arange(n_series), n), np.tile(np.arange(n), n_series)
        timing = Timing(months % 12, months.astype(np.float64), np.full(n_series, 12))
        never, always = np.zeros(n_series, dtype=bool), np.ones(n_series, dtype=bool)
        for words, noise in noises(random, n_series, n).items():
            values = (LEVEL + noise).ravel()
            tested = seasons(values, codes, np.zeros_like(codes), timing, never, always)
            declared = seasons(values, codes, np.zeros_like(codes), timing, always, never)
            latest = [
                marks(series.reshape(n_series, n), rules, ChartChoices())[0][:, -1].mean()
                for series in (values, tested.without(values), declared.without(values))
            ]
            told = " | ".join(f"{share:6.1%}" for share in latest)
            print(f"{words:36} | {years:5} | {tested.found.mean():12.1%} | {told}")


def main() -> None:
    """Measure and print everything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--series", type=int, default=10_000, help="simulated series a case")
    parser.add_argument("--seed", type=int, default=2025)
    told = parser.parse_args()
    for measure in (false_alarms, delays, seasonal):
        measure(np.random.default_rng(told.seed), told.series)


if __name__ == "__main__":
    main()
