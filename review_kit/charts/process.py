"""A KPI over time as a process behaviour chart: noise as a band, signals as marks, the target as a dashed line."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from review_kit.charts.chart import Chart, drawn, nothing
from review_kit.charts.process_drawing import draw
from review_kit.charts.scales import finite
from review_kit.charts.series import Series, series_of
from review_kit.model.figures import known, plural, shown_unit
from review_kit.model.period import Rhythm

_FIGURES = (
    "Value", "Average", "Lower limit", "Upper limit", "Target", "Target, upper end", "Without season", "Moving range",
    "Range limit",
)  # fmt: skip
_RHYTHM_WORDS = {Rhythm.ANNUAL: "Yearly", Rhythm.QUARTERLY: "Quarterly", Rhythm.MONTHLY: "Monthly"}


def process_behaviour(
    points: pd.DataFrame,
    *,
    key: str,
    name: str,
    unit: str = "",
    decimals: int | None = None,
    target: float | Sequence[float] | None = None,
    target_high: float | Sequence[float] | None = None,
    phases: Mapping[int, str] | None = None,
    source: str = "",
    title: str = "",
    subtitle: str = "",
    half: bool = False,
) -> Chart:
    """One KPI over its periods; works from 1 point up, full width or as a small multiple (`half`).

    Args:
        points: in time order: period_end, value; where known also period (label), mean, lower, upper (natural limits,
            constant within a phase or moving with the season), adjusted (without the season), moving_range and
            range_upper (drawn below at full width), jump (a moving range above its limit), signal (Variation word),
            status (preliminary and projected points are hollow).
        key: unique on the page.
        name: of the KPI.
        unit: written as in the kpis table.
        decimals: as published; without them three digits.
        target: one value or one per point; the lower end where `target_high` is given too.
        target_high: upper end of a target range.
        phases: position (0-based row of `points`) of the first point after a change of process -> the reason.
        source: where the values come from, for the subtitle.
        title: says what the chart shows; a plain one is made from the numbers.
        subtitle: replaces the one made from unit, rhythm and source.
        half: draw at half width.

    """
    if points.empty or not finite(points["value"]):
        return nothing(key=key, title=title or name, words=f"{name}: no values yet.")
    series = series_of(points.reset_index(drop=True), unit, decimals, (target, target_high), phases or {})
    return drawn(
        lambda width: draw(series, width, ranges=not half),
        key=key,
        title=title or _title(series, name),
        subtitle=subtitle or _subtitle(series, source),
        alt=_alt(series, name),
        data=_table(series),
        half=half,
        decimals=dict.fromkeys(_FIGURES, series.decimals),
    )


def _target_text(series: Series, at: int) -> str:
    ends = [series.text(float(line[at])) for line in series.targets if known(line[at])]
    return " to ".join(ends)


def _title(series: Series, name: str) -> str:
    last = series.last
    said = f"{name}: {series.text(series.value[last])} in {series.axis.names[last]}"
    target = _target_text(series, last)
    return f"{said}, target {target}" if target else said


def _subtitle(series: Series, source: str) -> str:
    said = f"{_RHYTHM_WORDS[series.axis.rhythm]} values" + (
        f" in {shown_unit(series.unit)}" if shown_unit(series.unit) else ""
    )
    if np.isfinite(series.lower).any():
        said += "; grey band: range of the usual variation" + (", month by month" if series.is_seasonal else "")
    return said + (f". Source: {source}" if source else "")


def _alt(series: Series, name: str) -> str:
    axis, last = series.axis, series.last
    seen = np.flatnonzero(np.isfinite(series.value))
    said = [f"{name}, {plural(len(seen), 'point')} from {axis.names[seen[0]]} to {axis.names[last]}."]
    said.append(f"Last value {series.text(series.value[last])}.")
    target = _target_text(series, last)
    if target:
        said.append(f"Target {target}.")
    if known(series.mean[last]):
        usual = f"Judged without its season; usual in {axis.names[last]}" if series.is_seasonal else "Average"
        said.append(
            f"{usual} {series.text(series.mean[last])}, natural limits {series.text(series.lower[last])} "
            f"to {series.text(series.upper[last])}."
        )
    for word in ("improvement", "concern"):
        at = [axis.names[index] for index in seen if series.signal[index] == word]
        if at:
            shown = ", ".join(at) if len(at) <= 3 else f"{at[0]} to {at[-1]}"  # noqa: PLR2004 - what is easily heard
            said.append(f"{plural(len(at), 'point')} of {word}: {shown}.")
    jumps = [axis.names[index] for index in np.flatnonzero(series.jump)]
    if jumps and series.has_ranges:
        shown = ", ".join(jumps) if len(jumps) <= 3 else f"{jumps[0]} to {jumps[-1]}"  # noqa: PLR2004 - as above
        said.append(f"{plural(len(jumps), 'moving range')} above the limit: {shown}.")
    said += [
        f"Process changed in {axis.names[at]}: {why}." for at, why in series.phases.items() if 0 <= at < len(axis.names)
    ]
    missing, open_ = len(series.value) - len(seen), int(series.preliminary.sum())
    said += [f"{plural(missing, 'value')} missing."] if missing else []
    said += [f"{plural(open_, 'value')} preliminary."] if open_ else []
    return " ".join(said)


def _table(series: Series) -> pd.DataFrame:
    table = pd.DataFrame({"Period": series.axis.names, "Value": series.value})
    for heading, line in zip(("Target", "Target, upper end"), series.targets, strict=False):
        table[heading] = line
    if np.isfinite(series.mean).any():
        table["Average"], table["Lower limit"], table["Upper limit"] = series.mean, series.lower, series.upper
        table["Signal"] = series.signal
    if series.is_seasonal:
        table["Without season"] = series.adjusted
    if series.has_ranges:
        table["Moving range"], table["Range limit"] = series.moving_range, series.range_upper
    if series.preliminary.any():
        table["Preliminary"] = np.where(series.preliminary, "yes", "")
    return table
