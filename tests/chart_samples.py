"""One chart of each kind, from small invented tables with long and nasty names; several test files draw them."""

from collections.abc import Callable
from datetime import date

import numpy as np
import pandas as pd

from review_kit import charts
from review_kit.charts import Chart

NASTY = 'R&D <50% "A" $x$ \\alpha'
LONG = "Share of recyclable packaging in all product lines of every market that we serve"


def points(n: int = 24, freq: str = "ME") -> pd.DataFrame:
    """A quiet process with a run of concern at its end and the last point preliminary."""
    value = 80 + np.resize([0.0, 1.5, -1.0, 0.5, -2.0], n)
    value[-3:] = 71
    return pd.DataFrame(
        {
            "period_end": pd.date_range(end="2025-12-31", periods=n, freq=freq),
            "value": value,
            "mean": 80.0,
            "lower": 74.0,
            "upper": 86.0,
            "signal": (["common cause"] * n + ["concern"] * 3)[-n:],
            "status": (["actual"] * n + ["preliminary"])[-n:],
        }
    )


def seasonal_points() -> pd.DataFrame:
    """December is 20 higher every year, limits with it; one range lies above its limit, and a phase begins at 20."""
    plain = points(36)
    season = np.where(plain["period_end"].dt.month == 12, 20.0, 0.0)
    table = plain.assign(adjusted=plain["value"], moving_range=plain["value"].diff().abs(), range_upper=8.0)
    table.loc[20, "moving_range"] = np.nan
    table.loc[20:, "range_upper"] = 7.5
    for column in ("value", "mean", "lower", "upper"):
        table[column] += season
    return table.assign(jump=table["moving_range"].gt(table["range_upper"]))


def rollup() -> pd.DataFrame:
    """Two perspectives with two objectives each; the last objective is not scored."""
    rows = [
        ("strategy", "s", "Retailer", "", 0.83, 0.80, "near", 0.9),
        ("perspective", "p1", "Financial", "Retailer", 0.83, np.nan, "near", 1.0),
        ("perspective", "p2", "Customer", "Retailer", 0.62, 0.71, "off target", 0.6),
        ("objective", "o1", NASTY, "Financial", 1.04, 0.96, "on target", 1.0),
        ("objective", "o2", LONG, "Financial", 0.62, 0.71, "off target", 1.0),
        ("objective", "o3", "Delight customers", "Customer", 0.845, 0.845, "near", 1.0),
        ("objective", "o4", "Digitise the core", "Customer", np.nan, 0.5, "not scored", 0.4),
    ]
    return pd.DataFrame(
        rows, columns=["level", "id", "name", "parent", "score", "previous_score", "status", "coverage"]
    )


def scores() -> pd.DataFrame:
    """Four KPIs of equal weight: two missed, one met, one not scored."""
    return pd.DataFrame(
        {
            "kpi_id": ["k1", "k2", "k3", "k4"],
            "name": [NASTY, LONG, "Gross margin", "Brand awareness"],
            "unit": ["%", "$", "days", np.nan],
            "decimals": [1.0, 0.0, 0.0, np.nan],
            "weight": [1.0, 1.0, np.nan, 2.0],
            "direction": ["higher", "higher", "lower", "range"],
            "actual": [71.0, 4_200_000.0, 12.0, np.nan],
            "target": [85.0, 5_000_000.0, 14.0, np.nan],
            "target_low": [np.nan, np.nan, np.nan, 10.0],
            "target_high": [np.nan, np.nan, np.nan, 20.0],
            "score": [0.4, 0.7, 1.1, np.nan],
            "status": ["off target", "near", "on target", "not scored"],
        }
    )


def initiatives() -> pd.DataFrame:
    """Late, early, on time, and one without any date or figure."""
    return pd.DataFrame(
        {
            "initiative_id": ["i1", "i2", "i3", "i4"],
            "name": [NASTY, LONG, "Demand sensing", "No figures"],
            "start": pd.to_datetime(["2024-03-01", "2024-06-01", "2025-01-01", None]),
            "planned_finish": pd.to_datetime(["2025-06-30", "2026-03-31", "2025-12-31", None]),
            "forecast_finish": pd.to_datetime(["2025-12-31", "2026-01-31", "2026-01-05", None]),
            "percent_complete": [60.0, 80.0, 100.0, np.nan],
            "planned_percent": [100.0, 75.0, 95.0, np.nan],
            "budget": [4e6, 2e5, 1e6, np.nan],
            "spent": [3.2e6, 1e5, 1e6, np.nan],
            "proposal": ["accelerate", "continue", "stop", None],
        }
    )


def paced() -> pd.DataFrame:
    """With the finish at the pace so far, and a course that people have decided."""
    pace = pd.to_datetime(["2026-11-30", None, None, None])
    return initiatives().assign(pace_finish=pace, is_decided=[True, False, False, False])


def rated_risks() -> pd.DataFrame:
    return risks().assign(
        exposure=lambda table: table["likelihood"] * table["impact"],
        inherent_exposure=[25.0, np.nan, 20.0, np.nan][: len(risks())],
        target_exposure=[4.0, 25.0, np.nan, np.nan][: len(risks())],
    )


def risks() -> pd.DataFrame:
    """Rising, falling, new, and one that nobody assessed."""
    return pd.DataFrame(
        {
            "risk_id": ["R1", "R2", "R3", "R4"],
            "title": [NASTY, LONG, "Warehouse fire", "Not assessed"],
            "kind": ["risk", "issue", "risk", "risk"],
            "likelihood": [5.0, 2.0, 3.0, np.nan],
            "impact": [4.0, 3.0, 3.0, 4.0],
            "previous_likelihood": [3.0, 3.0, np.nan, 1.0],
            "previous_impact": [4.0, 3.0, np.nan, 1.0],
        }
    )


def stakeholders() -> pd.DataFrame:
    """Short by two steps, on the step wanted, beyond it, and not known."""
    return pd.DataFrame(
        {
            "name": [NASTY, LONG, "Chief Executive", "Works council"],
            "audience": ["it", "department", "executive", "department"],
            "engagement_now": ["resistant", "supportive", "leading", None],
            "engagement_wanted": ["supportive", "supportive", "supportive", "neutral"],
        }
    )


def proposals() -> pd.DataFrame:
    """Tougher with flags, easier, unchanged, and a candidate that was not chosen."""
    return pd.DataFrame(
        {
            "kpi_id": ["k1", "k2", "k3", "k1"],
            "candidate": [88.0, 4_500_000.0, 14.0, 99.0],
            "chosen": [True, True, True, False],
            "old_target": [85.0, 5_000_000.0, 14.0, 85.0],
            "flags": ["ratchet; inside noise", "", np.nan, ""],
        }
    )


def measures() -> pd.DataFrame:
    """A monthly KPI with a hole and a blank, and a quarterly one whose last figure is preliminary."""
    monthly = pd.DataFrame({"period_start": pd.date_range("2025-01-01", periods=12, freq="MS")})
    monthly["period_end"] = monthly["period_start"] + pd.offsets.MonthEnd(0)
    monthly = monthly.assign(kpi_id="k1", value=1.0, status="actual").drop(index=4)
    monthly.loc[7, "value"] = np.nan
    quarterly = pd.DataFrame({"period_start": pd.date_range("2025-01-01", periods=4, freq="QS")})
    quarterly["period_end"] = quarterly["period_start"] + pd.offsets.QuarterEnd(0)
    quarterly = quarterly.assign(kpi_id="k2", value=1.0, status=["actual"] * 3 + ["preliminary"])
    return pd.concat([monthly, quarterly], ignore_index=True)


def feedback() -> pd.DataFrame:
    """Counts per audience, as the summary of the feedback gives them."""
    return pd.DataFrame(
        {"audience": ["department", "it"], "open": [4, 0], "answered": [11, 1], "changed": [5, 0], "declined": [2, 0]}
    )


def reach() -> pd.DataFrame:
    """Two audiences, one fully reached."""
    return pd.DataFrame(
        {"audience": ["it", "executive"], "share": [0.35, 1.0], "people": [22, 6], "people_reached": [9, 6]}
    )


AS_OF = date(2025, 12, 31)


def steps(*effects: float) -> pd.DataFrame:
    """Steps of a bridge with long and nasty names."""
    names = [NASTY, LONG, "Gross margin", "12 other KPIs", "Changed weights"]
    return pd.DataFrame({"name": names[: len(effects)], "effect": effects, "printed": effects})


def bridge(*effects: float, before: float = 70.4, **more: object) -> Chart:
    """From a level by these steps to where they lead."""
    return charts.bridge(
        steps(*effects), before=before, now=before + sum(effects), before_name="2024", now_name="2025", decimals=1,
        **{"title": f"{NASTY} moved it most", "subtitle": "Points of the score", **more},
    )  # fmt: skip


def waves() -> pd.DataFrame:
    """Two surveys of promoters and one of the satisfied, over years."""
    rows = [
        (LONG, "nps", "2023", -12.0, -20.1, -3.9, "first"),
        (LONG, "nps", "2024", 25.0, 16.9, 33.1, "real"),
        (LONG, "nps", "2025", 30.0, 22.0, 38.0, "noise"),
        (NASTY, "nps", "2024-10", 100.0, 26.5, 100.0, "first"),
        (NASTY, "nps", "2025-10", 0.0, -60.0, 60.0, "too few"),
        (NASTY, "csat", "2024", 78.2, 78.0, 78.4, "first"),
        (NASTY, "csat", "2025", 82.1, 81.9, 82.3, "real"),
        (NASTY, "csat", "2026", np.nan, np.nan, np.nan, None),
    ]
    named = pd.DataFrame(rows, columns=["name", "kind", "period", "value", "low", "high", "verdict"])
    ends = (
        pd.PeriodIndex(named["period"], freq="M")
        .end_time.normalize()
        .where(named["period"].str.contains("-"), pd.to_datetime(named["period"].str[:4] + "-12-31"))
    )
    return named.assign(audience=None, kpi_id=None, period_end=ends)


KINDS: dict[str, Callable[[], Chart]] = {
    "bridge": lambda: bridge(3.9, 2.0, -1.5, 4.4, -1.1),
    "bridge down": lambda: bridge(-1.0, -0.2, 0.0, before=3.9, better=-1, unit="%", key="down"),
    "process": lambda: charts.process_behaviour(
        points(),
        key="process",
        name=NASTY,
        unit="%",
        decimals=1,
        target=[85.0] * 12 + [88.0] * 12,
        phases={12: "New call centre opened in Lyon; survey reworded"},
        source=NASTY,
    ),
    "process of a season": lambda: charts.process_behaviour(
        seasonal_points(), key="season", name=NASTY, unit="EUR", target=30.0, phases={20: "Web shop moved"}
    ),
    "process half": lambda: charts.process_behaviour(
        points(12, "QE"), key="half", name=LONG, unit="%", target=70.0, target_high=75.0, half=True
    ),
    "process annual": lambda: charts.process_behaviour(
        points(5, "YE").drop(columns=["mean", "lower", "upper", "signal", "status"]),
        key="annual",
        name=NASTY,
        unit="turns",
    ),
    "trend": lambda: charts.score_trend(
        pd.date_range("2024-03-31", periods=8, freq="QE"), [0.6, 0.7, None, 0.8, 1.02, 0.9, 0.81, 0.83], name=NASTY
    ),
    "objectives": lambda: charts.objective_scores(rollup()),
    "perspectives": lambda: charts.objective_scores(rollup(), key="perspectives", level="perspective"),
    "gaps": lambda: charts.gap_ranking(scores()),
    "timeline": lambda: charts.initiative_timeline(initiatives(), AS_OF),
    "timeline of pace": lambda: charts.initiative_timeline(paced(), AS_OF, key="pace"),
    "quadrant": lambda: charts.initiative_quadrant(initiatives(), currency="$"),
    "risks": lambda: charts.risk_matrix(risks()),
    "risk paths": lambda: charts.risk_paths(rated_risks(), key="paths"),
    "surveys of promoters": lambda: charts.survey_waves(waves(), "nps"),
    "surveys of satisfaction": lambda: charts.survey_waves(waves(), "csat"),
    "ladder": lambda: charts.engagement_ladder(stakeholders()),
    "reach": lambda: charts.reach_by_audience(reach()),
    "feedback": lambda: charts.feedback_status(feedback()),
    "targets": lambda: charts.target_changes(proposals(), scores()),
    "completeness": lambda: charts.completeness(
        measures(), names={"k1": NASTY, "k2": LONG, "k3": "Never reported"}, start=date(2025, 1, 1), end=AS_OF
    ),
}
EMPTY: dict[str, Callable[[], Chart]] = {
    "bridge": bridge,
    "process": lambda: charts.process_behaviour(points().iloc[:0], key="e", name="Margin"),
    "process of blanks": lambda: charts.process_behaviour(points(3).assign(value=np.nan), key="e", name="Margin"),
    "trend": lambda: charts.score_trend([], [], name="The strategy"),
    "trend of blanks": lambda: charts.score_trend([AS_OF], [None]),
    "objectives": lambda: charts.objective_scores(rollup().iloc[:0]),
    "gaps": lambda: charts.gap_ranking(scores().iloc[:0]),
    "no gaps": lambda: charts.gap_ranking(scores().iloc[2:]),
    "timeline": lambda: charts.initiative_timeline(initiatives().iloc[3:], AS_OF),
    "quadrant": lambda: charts.initiative_quadrant(initiatives().iloc[3:]),
    "risks": lambda: charts.risk_matrix(risks().iloc[3:]),
    "risk paths": lambda: charts.risk_paths(rated_risks().iloc[:0], key="paths"),
    "surveys": lambda: charts.survey_waves(waves().iloc[:0], "nps"),
    "ladder": lambda: charts.engagement_ladder(stakeholders().iloc[:0]),
    "reach": lambda: charts.reach_by_audience(reach().iloc[:0]),
    "feedback": lambda: charts.feedback_status(feedback().iloc[:0]),
    "targets": lambda: charts.target_changes(proposals().iloc[3:], scores()),
    "completeness": lambda: charts.completeness(measures().iloc[:0]),
}

SINGLE: dict[str, Callable[[], Chart]] = {
    "bridge": lambda: bridge(-0.1),
    "bridge, huge": lambda: bridge(1e12, -3e12, before=0.0, unit="EUR", better=0, key="huge-bridge"),
    "bridge, level": lambda: bridge(0.0, key="level"),
    "process": lambda: charts.process_behaviour(points(1, "YE"), key="one", name="Margin", target=85),
    "process, flat": lambda: charts.process_behaviour(
        points(3).assign(value=5.0, mean=5.0, lower=5.0, upper=5.0), key="flat", name="Margin"
    ),
    "process, huge": lambda: charts.process_behaviour(
        points(3).drop(columns=["mean", "lower", "upper"]).assign(value=[-1e12, np.nan, 3e15]),
        key="huge",
        name="Margin",
    ),
    "trend": lambda: charts.score_trend([AS_OF], [-0.4]),
    "objectives": lambda: charts.objective_scores(rollup().tail(1).drop(columns=["previous_score"])),
    "gaps": lambda: charts.gap_ranking(scores().head(1)),
    "timeline": lambda: charts.initiative_timeline(initiatives().head(1).assign(start=pd.NaT), AS_OF),
    "quadrant": lambda: charts.initiative_quadrant(initiatives().head(1).assign(budget=np.nan, overspend=9.0)),
    "risks": lambda: charts.risk_matrix(risks().head(1).assign(risk_id="RISK-2025-0001")),
    "risk paths": lambda: charts.risk_paths(rated_risks().head(1).assign(inherent_exposure=np.nan), key="paths"),
    "surveys": lambda: charts.survey_waves(waves().head(1), "nps"),
    "ladder": lambda: charts.engagement_ladder(stakeholders().tail(1)),
    "reach": lambda: charts.reach_by_audience(reach().head(1)[["audience", "share"]]),
    "feedback": lambda: charts.feedback_status(pd.DataFrame({"audience": ["it"], "status": ["open"]})),
    "targets": lambda: charts.target_changes(proposals().head(1), scores().assign(actual=0.0)),
    "completeness": lambda: charts.completeness(measures().head(1)),
}
