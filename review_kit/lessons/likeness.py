"""Lessons that read like an earlier one: offered to people as a question, never as a finding.

Plain sets of words and no library: two sentences are alike that share at least three words that mean something, and
these are at least half of such words in the shorter one (the overlap coefficient of Szymkiewicz and Simpson). Words
are taken without case and without the s of a plural. It is cautious on purpose: a repetition in other words is missed,
and a person can declare it.
"""

import re

import pandas as pd

FEWEST_SHARED = 3
LEAST_OVERLAP = 0.5
_WORD = re.compile(r"[^\W\d_]{3,}")
_SMALL_WORDS = """
about after again all and any are asked asks became because been before being but can cannot could did does done during
each every first for from get gets got had has have her his how into its less made make many more most much must nobody
none not now one only other our out over own same shall should since some still such than that the their them then there
these they this those too two three under until very was were what when where which while who whom why will with within
without would year years month months week weeks day days
"""
_SAYS_NOTHING = frozenset(_SMALL_WORDS.split())


def telling_words(text: str) -> frozenset[str]:
    """The words of a sentence that mean something, in small letters and without a plural's s."""
    words = (word.lower() for word in _WORD.findall(text))
    return frozenset(word.removesuffix("s") for word in words if word not in _SAYS_NOTHING)


def likest_earlier(texts: pd.Series, years: pd.Series) -> pd.Series:
    """For each lesson the row label of the earlier one that it is most like; missing where none is alike enough.

    Earlier is a smaller year; of several equally alike the latest, and then the first in the table.
    """
    words = [telling_words(str(text)) for text in texts.fillna("")]
    when = years.tolist()
    found: list[object] = []
    for mine, year in zip(words, when, strict=True):
        likest = max(
            (
                (len(mine & theirs) / min(len(mine), len(theirs)), when[place], -place)
                for place, theirs in enumerate(words)
                if when[place] < year and len(mine & theirs) >= FEWEST_SHARED
            ),
            default=(0.0, 0.0, 0),
        )
        found.append(texts.index[-likest[2]] if likest[0] >= LEAST_OVERLAP else None)
    return pd.Series(found, index=texts.index, dtype="object")
