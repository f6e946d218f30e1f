"""The rows and steps that the pages of drivers show: the largest one by one, the others summed as they are printed."""

import pandas as pd

from review_kit.findings.evidence import Row, text
from review_kit.model import figures
from review_kit.narrative import segment_called
from review_kit.scoring.printed import CAME, MADE_UP, WEIGHTS, WENT, Printed, printed_segments
from review_kit.scoring.score_drivers import RULES, STAYED

STEPS_SHOWN = 8  # of a bridge; what is smaller is one step
OTHER_RULES = "Other rules of averaging"
_MADE_UP_WORDS = {CAME: "New KPIs", WENT: "Retired KPIs", WEIGHTS: "Changed weights"}


def points(amount: float, decimals: int) -> str:
    """'+3.9 points'."""
    return f"{figures.signed(amount, decimals)} points"


def below(row: Row, objective: str) -> str:
    """The objective, and what became of a KPI that did not stay."""
    state = "" if row["state"] in {STAYED, RULES} else f"{str(row['state']).capitalize()}. "
    return state + objective


def summed(name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """One row that holds the sums of what is printed."""
    sums = {"rate": rows["printed_rate"].sum(), "mix": rows["printed_mix"].sum(), "effect": rows["printed"].sum()}
    return pd.DataFrame([{"name": name, "below": "", "before": None, "now": None, "is_total": False, **sums}])


def score_steps(printed: Printed) -> pd.DataFrame:
    """The steps of the score's bridge: KPIs by what they scored, then what changed in weights and rules."""
    found = printed.table
    is_rule = found["state"].eq(RULES)
    rates = found[~is_rule].assign(effect=100 * found["rate"], printed=found["printed_rate"])
    steps = [largest(rates, "KPI")]
    made_up = found["state"].map(MADE_UP)
    for group, name in _MADE_UP_WORDS.items():
        mine = found[made_up.eq(group)]
        steps.append(_step(name, 100 * mine["mix"].sum(), mine["printed_mix"].sum()))
    rules = found[is_rule]
    steps.append(_step(OTHER_RULES, 100 * rules["effect"].sum(), rules["printed"].sum()))
    table = pd.concat(steps, ignore_index=True)
    return table[table["printed"].round(printed.decimals).ne(0)].reset_index(drop=True)


def largest_step(steps: pd.DataFrame, decimals: int) -> str:
    """'Attendances moved the score most: −11.5 points': the greatest step either way, of `steps` that are drawn."""
    if steps.empty:
        return "No part of the score moved"
    most = max(steps.to_dict("records"), key=lambda step: abs(step["printed"]))
    return f"{most['name']} moved the score most: {points(most['printed'], decimals)}"


def _step(name: str, effect: float, printed: float) -> pd.DataFrame:
    return pd.DataFrame({"name": [name], "effect": [effect], "printed": [printed]})


def largest(parts: pd.DataFrame, noun: str) -> pd.DataFrame:
    """The largest parts, up first and then down, and all others as one step."""
    parts = parts[parts["printed"].ne(0)]
    order = parts["effect"].abs().sort_values(ascending=False, kind="stable").index
    most = order if len(order) <= STEPS_SHOWN + 1 else order[:STEPS_SHOWN]
    shown = parts.loc[most].sort_values("effect", ascending=False, kind="stable")[["name", "effect", "printed"]]
    left = parts.drop(index=most)
    if left.empty:
        return shown
    others = _step(figures.plural(len(left), f"other {noun}"), left["effect"].sum(), left["printed"].sum())
    return pd.concat([shown, others], ignore_index=True)


def segments_printed(row: Row, parts: pd.DataFrame) -> Printed:
    """One decimal more than is published, so that small parts can be told apart."""
    published: int = int(row["decimals"]) if pd.notna(row["decimals"]) else figures.natural_decimals(row["actual"])
    order = parts["effect"].abs().sort_values(ascending=False, kind="stable").index
    return printed_segments(parts.loc[order], row["previous_actual"], row["actual"], at_least=published + 1)


def segment_rows(row: Row, parts: Printed) -> pd.DataFrame:
    """The rows of one KPI, the largest segments first, and a last one for the KPI as a whole."""
    found, places = parts
    columns = ["before", "now", "share_before", "share_now", "printed_rate", "printed_mix", "printed"]
    rows = found[columns].assign(name=found["segment"].map(segment_called), is_total=False)
    shown = rows.head(STEPS_SHOWN) if len(rows) > STEPS_SHOWN + 1 else rows
    left = rows.iloc[len(shown) :]
    sums = ["share_before", "share_now", "printed_rate", "printed_mix", "printed"]
    added = [] if left.empty else [{"name": figures.plural(len(left), "other segment"), **left[sums].sum()}]
    whole = {"name": "As a whole", "before": row["previous_actual"], "now": row["actual"], "is_total": True}
    added.append({**whole, **found[["printed_rate", "printed_mix", "printed"]].sum()})
    table = pd.concat([shown, pd.DataFrame(added)], ignore_index=True)
    if found["rate"].isna().all():  # a sum has no shares, and all of its change is its own
        table = table.assign(printed_rate=None, printed_mix=None)
    unit = figures.shown_unit(text(row["unit"]))
    kpi = f"{row['name']}, {unit}" if unit else str(row["name"])
    return table.assign(kpi=kpi, places=float(places))
