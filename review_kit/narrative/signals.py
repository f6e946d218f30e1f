"""How the process behaviour charts were read, said from the rules that ran."""

from review_kit.model import figures
from review_kit.signals import ChartChoices, RuleSet
from review_kit.signals.behaviour import TRIAL_LIMITS_BELOW
from review_kit.signals.judging import MIN_POINTS, centre_of, factors_of, ranges_of
from review_kit.signals.runs import ONE_IN, RUN_ALLOWANCE
from review_kit.signals.seasons import FULL_YEARS, SEASONAL_LEVEL
from review_kit.signals.xmr import SCREEN_FACTOR


def signal_statement(rules: RuleSet, choices: ChartChoices) -> str:
    """Limits, rules, phases and seasons; every number is the one that was applied."""
    centre, ranges = centre_of(rules, choices), ranges_of(choices)
    factor, range_factor = factors_of(rules, choices)
    limits = (
        f"{centre} ± {_plain(factor)} × {ranges} moving range; the limit of the moving ranges is "
        f"{_plain(range_factor)} × their {ranges}"
    )
    if rules.screen and ranges == "mean":
        limits += f", and ranges of {_plain(SCREEN_FACTOR)} × their mean or more are left out of both"
    said = [
        f"Process behaviour charts by the rule set {rules.name}: {limits}.",
        f"A signal is {_joined(_rules(rules, centre))}.",
        f"Fewer than {MIN_POINTS} values are not judged; limits of fewer than {TRIAL_LIMITS_BELOW} are trial limits.",
    ]
    if choices.freeze is not None:
        said.append(f"Limits rest on the first {choices.freeze} values of each phase.")
    if choices.rebase:
        told = [f"{one.kpi_id} from {one.since} ({one.reason})" for one in choices.rebase]
        said.append(f"Limits start anew for {_joined(told, 'and')}.")
    season = f"with {FULL_YEARS} full years and an F test below {figures.percent(SEASONAL_LEVEL, 1)}"
    shown = f"shown ({season}) or declared" if choices.test_seasons else "declared"
    said.append(f"A KPI whose season is {shown} is judged without it.")
    return f"{' '.join(said)} Source: {rules.source}."


def _rules(rules: RuleSet, centre: str) -> list[str]:
    told = ["a point beyond a limit"] if rules.outside else []
    if rules.run is not None:
        told.append(f"{rules.run} in a row on one side of the {centre}")
    if rules.trend is not None:
        told.append(f"{rules.trend} in a row that rise or fall")
    if rules.near is not None:
        told.append(f"{rules.near.words} (beyond {figures.percent(rules.near.share)} of the way to it)")
    if rules.runs_analysis:
        chance = figures.percent(1 / ONE_IN)
        told.append(f"a run on one side of the {centre} of more than log2(n) + {RUN_ALLOWANCE} values")
        told.append(
            f"a series that crosses the {centre} less often than the {chance} limit of the binomial distribution"
        )
    return told


def _plain(number: float) -> str:
    return f"{number:.4g}"


def _joined(parts: list[str], word: str = "or") -> str:
    comma = "," if len(parts) > 2 else ""  # noqa: PLR2004 - two parts need none
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])}{comma} {word} {parts[-1]}"
