"""What a notebook hands over: tables to the next stage, and the draft of the next cycle."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from review_kit.desk.intake_pages import IntakePages
from review_kit.desk.last import LAST
from review_kit.desk.review import Review
from review_kit.errors import UsageError
from review_kit.intake import Intake
from review_kit.params import next_cycle_name, next_cycle_yaml
from review_kit.schema import INPUTS
from review_kit.store import write_csv, write_table, write_text
from review_kit.targets import next_kpis

# stage 03 hands over these two with what it worked out; as intake left them they have names of their own
READ_AS = {"initiatives": "initiatives_read", "risks": "risks_read"}
SOUND = tuple(READ_AS.get(name, name) for name in ("measures", *(name for name in INPUTS if name != "actuals")))
OF_STAGES = ("scores", "rollup", "drivers", "segments", "sensitivity", "findings", "initiatives", "risks", "proposals")


class Handover:
    """Where the tables of this run go, and what may go there."""

    def __init__(self, folder: Path, intake: Intake | None) -> None:
        self.folder = folder
        self._intake = intake

    def refuse_faulty(self) -> None:
        """Raise InputsRefusedError where a fault is an error; a later stage reads only what was accepted."""
        if self._intake is not None:
            self._intake.refuse()

    def write(self, review: Review, drawer: IntakePages, names: Sequence[str]) -> None:
        """Write the named tables to `tables/`; `sound` stands for all that intake hands over."""
        for name in (part for asked in names for part in ((*SOUND, *LAST) if asked == "sound" else (asked,))):
            table = self._table(review, drawer, name)
            if table is not None:
                write_table(table, self.folder / "tables" / f"{name}.parquet")

    def _table(self, review: Review, drawer: IntakePages, name: str) -> pd.DataFrame | None:
        if name in OF_STAGES:
            return getattr(review, name)
        if name in {"faults", "reconciliation"}:
            return getattr(drawer, name)
        if name in LAST:
            return None if review.last is None else review.last.tables[name]
        if name in SOUND:
            return review.sound[next((plain for plain, read in READ_AS.items() if read == name), name)]
        known = ", ".join(sorted({*OF_STAGES, "faults", "reconciliation", "sound"}))
        msg = f"there is no table '{name}' to hand over.\nHint: the tables are {known}."
        raise UsageError(msg)

    def write_next_cycle(self, review: Review) -> list[Path]:
        """Write `next_cycle/<next>.yml` and its KPI table; nothing at a quarter or a month."""
        if not review.is_annual:
            return []
        following = next_cycle_name(review.params)
        folder, name = self.folder / "next_cycle", f"kpis_{following}.csv"
        source = f"data/{name}"  # where the draft says to move it: outputs may be deleted, and have revisions
        actuals = review.scores.set_index("kpi_id")["actual"]
        period = str(review.params.year)
        table = next_kpis(review.kpis, review.proposals, baseline_period=period, actuals=actuals)
        write_csv(table, folder / name)
        write_text(
            folder / f"{following}.yml", next_cycle_yaml(review.params, cycle=following, kpis=source), durable=False
        )
        return [folder / name, folder / f"{following}.yml"]
