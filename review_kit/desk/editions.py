"""The tables of an edition: filtered first, then worked out, so that they never hold more than it may see."""

from pathlib import Path

from review_kit.desk.desk import Desk
from review_kit.desk.handover import Handover
from review_kit.desk.opening import known_decisions, open_run, sees_all
from review_kit.desk.review import Review
from review_kit.desk.visibility import visible_last, visible_tables

EDITION_TABLES = (
    "sound", "faults", "scores", "rollup", "drivers", "segments", "sensitivity", "findings", "initiatives", "risks",
    "proposals",
)  # fmt: skip


def build_edition(run_folder: Path | str, checkpoint: str, edition: str) -> None:
    """Write `editions/<edition>/tables/` of a run, from the tables that its stages left.

    An edition that sees everything reads the run's own tables and gets none of its own. The faults of the sources
    and the counts of rows are not handed to other editions: they would tell what is hidden, or how much of it there is.
    """
    folder = Path(run_folder)
    whole = open_run(folder, checkpoint, "analyst")
    params, point, sees = whole.review.params, whole.review.checkpoint, whole.review.params.editions[edition].sees
    if sees_all(params, edition):
        return
    sound = visible_tables(whole.review.sound, sees)
    last = visible_last(whole.review.last, whole.review.sound, sound, sees)
    review = Review(params, point, sound, known_decisions(whole.review.decisions, sound), last=last)
    handover = Handover(folder / "editions" / edition, None)
    desk = Desk(
        review,
        of_sources={},
        edition=edition,
        is_partial=True,
        handover=handover,
    )
    desk.write(*EDITION_TABLES)
