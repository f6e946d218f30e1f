"""Which initiatives came in, left their course or came back to it since the last review."""

import pandas as pd

from review_kit.comparison.change import IN, INITIATIVE
from review_kit.desk.last import LastReview
from review_kit.desk.review import Review
from review_kit.findings import MANY_OFF_PLAN, is_off_plan
from review_kit.model.words import NOTHING_ASKED, InitiativeProposal
from review_kit.objectives import course

_COURSE = {InitiativeProposal.CONTINUE: "on course", InitiativeProposal.ACCELERATE: "to accelerate",
           InitiativeProposal.ADJUST: "to adjust", InitiativeProposal.STOP: "to stop"}  # fmt: skip


def initiatives_moved(review: Review, last: LastReview) -> pd.DataFrame:
    """The initiatives that came in, left their course or came back to it: name, department, before, now.

    A course is what people decided, or else what the rule proposes; before it is what the finding of then says. What is
    over has none any more, and is told as done or called off where it was off course, or is new. Where the findings of
    then counted some without a name, nobody knows of those that they do not name. What came in is asked of the
    comparison, which every edition has; the list of then is in none but the one that sees everything.
    """
    table = review.initiatives
    found = last.found[is_off_plan(last.found)]
    is_over = table["rule"].isin(NOTHING_ASKED)
    now = course(table).map(lambda word: _COURSE.get(word, word)).mask(is_over, table["rule"])
    before = table["initiative_id"].isin(found["subject"]).map({True: "off course", False: "on course"})
    compared = review.compared
    came_in = compared.loc[compared["kind"].eq(INITIATIVE) & compared["what"].eq(IN), "subject"]
    before = before.mask(table["initiative_id"].isin(came_in), "new")
    all_are_named = not bool(last.found["rule"].eq(MANY_OFF_PLAN).any())
    is_known = before.ne("on course") | all_are_named
    moved = before.eq("new") | before.eq("on course").ne(now.eq("on course") | is_over)
    told = moved & is_known & ~table["initiative_id"].isin(last.unseen)
    return table.assign(before=before, now=now).loc[told, ["name", "department", "before", "now"]]
