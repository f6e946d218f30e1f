"""The KPIs that a cycle's parameters name, held against those that it has."""

from collections.abc import Collection, Iterator
from pathlib import Path

from review_kit.model.nearest import did_you_mean
from review_kit.params.model import Params
from review_kit.yaml_text import Mistake, raise_for, read_yaml_text


def check_named_kpis(params: Params, path: Path, known: Collection[str]) -> None:
    """Refuse a KPI that the cycle does not have: what is said of it would never count, and nobody would notice.

    `path` is the parameter file itself, for the lines.

    Raises:
        ParamsError: every such KPI with its line and the nearest that there is.

    """
    unknown = [(place, kpi_id) for place, kpi_id in _named(params) if kpi_id not in known]
    if not unknown:
        return
    document = read_yaml_text(path)
    mistakes = []
    for place, kpi_id in unknown:
        line = next((document.lines[place[:n]] for n in range(len(place), 0, -1) if place[:n] in document.lines), None)
        key = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")
        hint = did_you_mean(kpi_id, known, "the kpis table lists them.")
        mistakes.append(Mistake(line, key, f"no KPI is called '{kpi_id}'.", hint))
    raise_for(document.file, mistakes)


def _named(params: Params) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Where the parameters name a KPI, and which."""
    signals = params.signals
    for number, one in enumerate(signals.rebase):
        yield ("signals", "rebase", number, "kpi_id"), one.kpi_id
    for name in ("always", "never"):
        for number, kpi_id in enumerate(getattr(signals.seasonal, name)):
            yield ("signals", "seasonal", name, number), kpi_id
    for kpi_id in params.commentary.rests_on:
        yield ("commentary", "rests_on", kpi_id), kpi_id
