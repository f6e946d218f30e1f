"""Why something with a good score is not on target: a guardrail below it is broken."""

import pandas as pd

from review_kit.model import figures
from review_kit.model.profile import Rollup
from review_kit.model.words import Level, Status

_BINARY_NOISE = 1e-12  # a mean that only binary arithmetic keeps below the limit reaches it


def guardrail_words(scores: pd.DataFrame, rollup: pd.DataFrame, green: float) -> str:
    """The guardrails that are off target, and what they alone keep from being on target; nothing where none is.

    `green` is the score from which what is rolled up would be on target.
    """
    broken = scores[scores["guardrail"].fillna(value=False).astype(bool) & scores["status"].eq(Status.OFF_TARGET)]
    if broken.empty:
        return ""
    verb = "guardrail is" if len(broken) == 1 else "guardrails are"
    said = f"{len(broken)} {verb} off target: {figures.listed(broken['name'])}."
    by_score = rollup["method"].ne(Rollup.WORST)  # where the worst counts, so does the status of the guardrail
    held = rollup[by_score & rollup["status"].eq(Status.NEAR) & rollup["score"].ge(green - _BINARY_NOISE)]
    names = held["name"].mask(held["level"].eq(Level.STRATEGY), "the strategy as a whole")
    return f"{said} That alone keeps from being on target: {figures.listed(names)}." if len(held) else said
