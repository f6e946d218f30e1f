"""Whether the inputs of a checkpoint have come: its files are there, and actuals of its own period stand in them."""

from datetime import date
from pathlib import Path

from review_kit.model.period import Checkpoint
from review_kit.params import Params


class Arrivals:
    """What has come for the checkpoints of a workspace; the actuals of each cycle are looked through once."""

    def __init__(self, workspace: Path) -> None:
        self._workspace = workspace
        self._ends: dict[str, frozenset[date] | None] = {}  # of each cycle: the last days of periods with a value

    def missing(self, params: Params, checkpoint: Checkpoint) -> str:
        """A sentence about what is not there yet; empty where the checkpoint can be tried.

        A value counts for the period in which its own period ends: one of the third quarter for September too.
        """
        files = {source.path for source in params.sources.values() if source.is_file}
        absent = sorted(path for path in files if not self._is_there(path))
        if absent:
            return f"{', '.join(absent)} {'is' if len(absent) == 1 else 'are'} not there."
        if params.cycle not in self._ends:
            self._ends[params.cycle] = ends_of_actuals(self._workspace, params, checkpoint)
        ends, period = self._ends[params.cycle], checkpoint.period
        if ends is None or any(period.start <= end <= period.end for end in ends):
            return ""
        return f"{params.sources['actuals'].name} holds no value from {period.start} to {period.end}."

    def _is_there(self, path: str) -> bool:
        return (self._workspace / path).is_file()


def ends_of_actuals(workspace: Path, params: Params, checkpoint: Checkpoint) -> frozenset[date] | None:
    """The last day of every period that has a value, by the calendar of the cycle.

    None where the source cannot be read in full: then the run tells every fault of it, which says more.
    """
    # pandas and the contract of the tables are needed only on the days on which something is due
    import numpy as np  # noqa: PLC0415

    from review_kit.intake.mapping import map_columns  # noqa: PLC0415
    from review_kit.intake.numbers import Problem  # noqa: PLC0415
    from review_kit.intake.periods import PeriodReader  # noqa: PLC0415
    from review_kit.intake.sources import Library  # noqa: PLC0415
    from review_kit.schema import INPUTS  # noqa: PLC0415

    source = params.sources["actuals"]
    ledger, cells = map_columns(Library(workspace).read(source), "actuals", INPUTS["actuals"], source)
    if not ledger.sound:
        return None
    figures = [cells[name].given for name in ("value", "numerator") if name in cells]
    with_figure = ledger.used & np.logical_or.reduce(figures)
    reader = PeriodReader(checkpoint.calendar, source.date_format)
    periods = [reader.period(text) for text in cells["period"].only(with_figure).texts]
    if any(isinstance(period, Problem) for period in periods):
        return None
    return frozenset(period.end for period in periods if not isinstance(period, Problem))
