"""Two reviews held against each other: the earlier as it was reported, the later as the sources say now."""

from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from review_kit.comparison import Side, compare, score_bridge
from review_kit.desk.opening import review_of_run, review_of_sources
from review_kit.desk.review import Review
from review_kit.errors import UsageError
from review_kit.narrative.comparison import PrintedBridge, printed_bridge
from review_kit.params import find_checkpoint


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What changed from one checkpoint to another."""

    then: Side
    now: Side
    then_from: str  # where the earlier review was taken from, as people are told it
    now_from: str
    changes: pd.DataFrame
    bridge: pd.DataFrame
    reported: float | None  # the later score as its last run reported it, where that is another one than now

    @property
    def printed(self) -> PrintedBridge:
        """The bridge with what is printed of it."""
        return printed_bridge(self.bridge, self.then.strategy_score, self.now.strategy_score)


def compare_checkpoints(workspace: Path, earlier: str, later: str, *, folders: tuple[Path, Path]) -> Comparison:
    """What changed from `earlier` to `later`.

    `folders` are where their last reviews lie, if they were run. The earlier is what its run left, so that figures
    that were restated since can be told; where it was never run, it is worked out from its sources. The later is
    worked out from the sources as they are now. Of a quarter or a month that was never run, initiatives and risks are
    not known as they stood then.

    Raises:
        UsageError: there is no such checkpoint, or the earlier one does not end before the later one.
        InputsRefusedError: the sources of one that has to be worked out are not sound.

    """
    (_, first), (_, second) = (find_checkpoint(name, workspace / "params") for name in (earlier, later))
    if first.as_of >= second.as_of:
        hint = "name two that end on different days."
        if first.as_of > second.as_of:
            hint = f"the earlier one comes first: write `review compare {second.name} {first.name}`."
        raise UsageError(f"{first.name} does not end before {second.name}.\nHint: {hint}")
    is_kept = (folders[0] / "tables" / "kpis.parquet").is_file()
    today = review_of_sources(workspace, later)
    before = (
        review_of_run(folders[0], first.name)
        if is_kept
        else review_of_sources(workspace, first.name, later=today.sound)
    )
    then, now = before.as_side(), today.as_side()
    if not is_kept and first.cycle == second.cycle:
        then = replace(then, initiatives=None, risks=None)
    if then.organisation != now.organisation and not set(then.kpis["kpi_id"]) & set(now.kpis["kpi_id"]):
        told = f"{first.name} is of {then.organisation}, {second.name} of {now.organisation}, and they share no KPI."
        raise UsageError(f"{told}\nHint: compare two reviews of one strategy.")
    decided = {(one.id, one.subject): one for one in (*before.decisions, *today.decisions)}
    now = replace(now, decisions=tuple(decided.values()))
    return Comparison(
        then=then,
        now=now,
        then_from=f"outputs/{folders[0].name}" if is_kept else "its sources as they are now",
        now_from="the sources as they are now",
        changes=compare(then, now),
        bridge=score_bridge(then, now),
        reported=_reported(folders[1], today),
    )


def _reported(folder: Path, today: Review) -> float | None:
    """The strategy's score of the last run, where the sources give another one now."""
    if not (folder / "tables" / "rollup.parquet").is_file():
        return None
    score = float(review_of_run(folder, today.checkpoint.name).strategy["score"])
    now = float(today.strategy["score"])
    return score if abs(score - now) > _BINARY else None


_BINARY = 1e-9  # what binary arithmetic leaves of a score of about 1
