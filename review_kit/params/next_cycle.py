"""The draft of the next cycle's parameters."""

from datetime import timedelta
from typing import Any

from review_kit.model.period import MONTHS_A_YEAR, first_of_month
from review_kit.params.model import Params, Schedule
from review_kit.params.signals import Signals
from review_kit.params.source import Source
from review_kit.yaml_text import as_yaml

_HEAD = """\
# The draft of cycle {cycle}, made at the end of {last}. Move it to params/{cycle}.yml, and the table of KPIs that lies
# beside it to {kpis}. Correct the other paths, read every line, and it is the next cycle's parameter file.
"""


def next_cycle_yaml(params: Params, *, cycle: str, kpis: str) -> str:
    """The parameters a year on: `cycle` is its name, `kpis` the path of its KPI table; commentary starts empty."""
    start = first_of_month(params.calendar.start, MONTHS_A_YEAR)
    end = first_of_month(start, MONTHS_A_YEAR) - timedelta(days=1)
    tree: dict[str, Any] = {
        "cycle": cycle,
        "organisation": params.organisation,
        "title": params.title,
        "calendar": {"start": start.isoformat(), "end": end.isoformat()},
        "previous_cycle": params.cycle,
    }
    if params.brand is not None:
        tree["brand"] = {"colour": params.brand.colour}
    tree["sources"] = {name: kpis if name == "kpis" else _source(source) for name, source in params.sources.items()}
    tree["scoring"] = _as_text(params.scoring.model_dump())
    tree["signals"] = _signals(params.signals)
    tree["reset"] = _as_text(params.reset.model_dump(exclude_none=True))
    tree["editions"] = {name: {"sees": [str(word) for word in seen.sees]} for name, seen in params.editions.items()}
    tree["schedule"] = _schedule(params.schedule)
    if params.alerts:
        tree["alerts"] = [f"env:{name}" for name in params.alerts]
    return _HEAD.format(cycle=cycle, last=params.cycle, kpis=kpis) + as_yaml(tree)


def next_cycle_name(params: Params) -> str:
    """'2026' after '2025', '2026-27' after '2025-26', 'nyc-2024' after 'nyc-2023'."""
    this, following = params.year, params.year + 1
    both = f"{this}-{following % 100:02d}"
    if both in params.cycle:
        return params.cycle.replace(both, f"{following}-{(following + 1) % 100:02d}")
    return params.cycle.replace(str(this), str(following), 1)


def _signals(signals: Signals) -> Any:
    """The rule set, and what was said beside it; the history of a KPI and its phases go on."""
    told = signals.model_dump(exclude_defaults=True, by_alias=True)
    for one in told.get("rebase", ()):
        one["from"] = one["from"].isoformat()
    return _as_text({"rules": signals.rules, **told})


def _schedule(schedule: Schedule | None) -> Any:
    """The same days of grace; the whole of the next cycle is run, so `from` is left out."""
    return "none" if schedule is None else _as_text(schedule.model_dump(exclude_none=True, exclude={"since"}))


def _source(source: Source) -> Any:
    """As a person writes it: a path alone, or only what differs from the default."""
    told = source.model_dump(exclude_defaults=True)
    if set(told) == {"path"}:
        return source.path
    if "columns" in told:
        told["columns"] = {
            ours: theirs[0] if len(theirs) == 1 else list(theirs) for ours, theirs in told["columns"].items()
        }
    if "melt" in told:
        told["melt"] = {
            ours: [heading if heading == label else {heading: label} for heading, label in entries]
            for ours, entries in told["melt"].items()
        }
    return _as_text(told)


def _as_text(value: Any) -> Any:
    """Plain dicts, lists, numbers and text; tuples become lists."""
    if isinstance(value, dict):
        return {name: _as_text(part) for name, part in value.items()}
    return [_as_text(part) for part in value] if isinstance(value, tuple | list) else value
