"""One change between two reviews, and how its cells are written."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import pandas as pd

from review_kit.model import figures

STATUS, RESTATED, DEFINITION, TARGET, BASELINE, WEIGHT, MEMBERS, INITIATIVE, RISK, DECISION = (
    "status", "restated", "definition", "target", "baseline", "weight", "membership", "initiative", "risk", "decision"
)  # fmt: skip
KINDS = (STATUS, RESTATED, DEFINITION, TARGET, BASELINE, WEIGHT, MEMBERS, INITIATIVE, RISK, DECISION)

IN, OUT = "new", "retired"

Row = Mapping[Any, Any]


class Change(NamedTuple):
    """One thing that is another one than at the earlier review."""

    kind: str
    subject_kind: str  # kpi, objective, initiative, risk
    subject: str  # its id
    name: str
    what: str  # which of its properties, or which period
    before: str
    now: str
    before_detail: str = ""
    now_detail: str = ""
    since: str = ""  # the review with which it is compared


def in_both(before: pd.DataFrame, today: pd.DataFrame, key: str) -> list[tuple[Row, Row]]:
    """The rows that both tables have, in the order of today's."""
    old = {row[key]: row for row in before.to_dict("records")}
    return [(old[row[key]], row) for row in today.to_dict("records") if row[key] in old]


def one_sided(before: pd.DataFrame, today: pd.DataFrame, key: str) -> Iterator[tuple[str, Row]]:
    """What is new, and what is gone."""
    yield from ((IN, row) for row in today[~today[key].isin(before[key])].to_dict("records"))
    yield from ((OUT, row) for row in before[~before[key].isin(today[key])].to_dict("records"))


def unit_of(row: Row) -> str:
    """The unit of a KPI; nothing where it has none."""
    return row["unit"] if isinstance(row["unit"], str) else ""


def places_of(row: Row) -> int | None:
    """The digits that a KPI is published with; None where nobody said."""
    return int(row["decimals"]) if pd.notna(row["decimals"]) else None


def figure_of(value: Any, row: Row) -> str:
    """A value in the unit of its KPI, as it is published."""
    return figures.with_unit(value, unit_of(row), places_of(row)) if pd.notna(value) else ""


def plain(value: Any) -> str:
    """A cell as text; nothing where it is missing."""
    if value is None or pd.isna(value):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return figures.number(value) if isinstance(value, float) else str(value).strip()
