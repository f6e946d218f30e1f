"""What must hold between lessons that repeat each other."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from review_kit.intake.ledger import Ledger, shown


def check_lessons(frame: pd.DataFrame, ledger: Ledger) -> None:
    """A lesson repeats an earlier one, never itself: a circle has no first lesson to go back to.

    Of each circle one row is told, the first in the file.
    """
    linked = ledger.used & frame["repeats"].notna().to_numpy() & frame["lesson_id"].notna().to_numpy()
    ids, repeats = frame["lesson_id"].astype("object"), frame["repeats"].astype("object")
    before = dict(zip(ids[linked], repeats[linked], strict=True))
    seen: set[str] = set()
    circles: dict[int, list[str]] = {}
    for at in np.flatnonzero(linked).tolist():
        circle = [] if ids.iloc[at] in seen else _circle(str(ids.iloc[at]), before)
        seen.update(circle)
        if circle:
            circles[at] = circle
    where = np.zeros(len(frame), dtype=bool)
    where[list(circles)] = True

    def told(at: int) -> str:
        first, *others = circles[at]
        if not others:
            return f"the lesson '{shown(first)}' repeats itself."
        return "the lessons repeat each other in a circle: " + " -> ".join(map(shown, [first, *others, first])) + "."

    hint = "name the lesson that was learned before it, and leave the cell of the earliest empty."
    ledger.refuse(where, "repeats", "lesson-circle", told, hint)


def _circle(lesson_id: str, before: Mapping[str, str]) -> list[str]:
    """The lessons from this one round to itself, each followed by the one that it repeats; empty where it ends."""
    path = [lesson_id]
    met = {lesson_id}
    while (following := before.get(path[-1])) is not None and following not in met:
        path.append(following)
        met.add(following)
    return path if following == lesson_id else []
