"""Lessons as a cycle finds them: what is still open from earlier reviews, what is overdue, what came back."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd

from review_kit.lessons.likeness import likest_earlier
from review_kit.model.words import is_closed


def review_lessons(lessons: pd.DataFrame, year: int, as_of: date) -> pd.DataFrame:
    """The lessons known in the review of a year: open ones of earlier cycles first, then the others, done ones last.

    Columns added: year (in the lesson's cycle; missing where it names none), is_open, carried (open, and learned in an
    earlier cycle), reviews (how many reviews it has been open for, this one included; missing where it is not open),
    overdue (open, and due before the review date), root (id of the lesson that it goes back to by `repeats`), times
    (how often the same was learned: 1 for what is new), may_repeat (id of an earlier lesson that reads alike, where
    nothing is declared). Lessons of a later year are left out: a review is not told from its future.
    """
    years = lessons["cycle"].str.extract(r"([0-9]{4})", expand=False).astype("float64")
    known = ~(years > year)
    table = lessons[known].assign(year=years[known]).reset_index(drop=True)
    table["is_open"] = ~pd.Series([is_closed(status) for status in table["status"]], index=table.index, dtype=bool)
    table["carried"] = table["is_open"] & table["year"].lt(year)
    table["reviews"] = (year - table["year"] + 1).where(table["is_open"])
    table["overdue"] = table["is_open"] & table["due"].lt(pd.Timestamp(as_of))
    repeats = dict(zip(table["lesson_id"], table["repeats"], strict=True))
    chains = [_chain(str(lesson_id), repeats) for lesson_id in table["lesson_id"]]
    table["root"] = pd.Series([chain[-1] for chain in chains], index=table.index, dtype="str")
    table["times"] = pd.Series([len(chain) for chain in chains], index=table.index, dtype="int64")
    alike = likest_earlier(table["lesson"], table["year"]).map(table["lesson_id"])
    table["may_repeat"] = alike.where(table["repeats"].isna()).astype("str")
    order = np.select([table["carried"], table["is_open"]], [0, 1], 2)
    table = table.assign(order=order, rank=table["year"].where(table["is_open"], -table["year"]))
    table = table.sort_values(["order", "rank", "lesson_id"], kind="stable").drop(columns=["order", "rank"])
    return table.reset_index(drop=True)


def _chain(lesson_id: str, repeats: Mapping[str, object]) -> list[str]:
    """The lesson and those that it repeats, the latest first; a circle ends where it began."""
    chain = [lesson_id]
    while isinstance(before := repeats.get(chain[-1]), str) and before in repeats and before not in chain:
        chain.append(before)
    return chain
