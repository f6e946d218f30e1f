"""What the words of a KPI give away: vagueness, intentions, tasks that pose as measures, two measures in one name."""

import re
from collections.abc import Iterable

import pandas as pd

from review_kit.smart import vocabulary as said

_QUOTED = re.compile(r'"[^"]*"|“[^”]*”|„[^“”]*[“”]|«[^»]*»')
_SENTENCE = re.compile(r"(?<=[.!?;])\s+")
# which way is better, and a comparison with something that is named, are no weasel words
_SAID_OF_THE_DIRECTION = re.compile(
    r"\b(?:higher|lower|more|less|fewer|longer|shorter|smaller|larger)\b[^.;]{0,40}\bbetter\b|\bthe better\b"
    r"|\bstatistically significant(?:ly)?\b|\bas required by\b|\b\w+ or better\b|\bbetter than\b",
    re.IGNORECASE,
)
_FIXED_TERM = re.compile(rf"\b(?:{'|'.join(said.FIXED_TERMS)})\b", re.IGNORECASE)


def _any_of(words: Iterable[str]) -> str:
    longest_first = sorted(words, key=len, reverse=True)
    return "(?:" + "|".join(re.escape(word) for word in longest_first) + ")"


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-]){_any_of(words)}(?![\w-])", re.IGNORECASE)


_NUMBER = re.compile(rf"\d|\b{_any_of(said.NUMBER_WORDS)}s?\b", re.IGNORECASE)
_WRITTEN_RULE = _pattern(said.WRITTEN_RULES)
_PRAISE = _pattern((*said.PRAISE, *(f"outstanding {praised}" for praised in said.OUTSTANDING)))
_VAGUE = _pattern((*said.VAGUE, *said.ESCAPES))
_INTENTION = re.compile(rf"\s*(?:to )?({_any_of(said.INTENTIONS)})\s", re.IGNORECASE)
_TASK = re.compile(
    rf"\s*(?:to )?({_any_of(said.TASKS)}|{_any_of(said.TASKS_WITH_ARTICLE)}(?= (?:a|an|all|the|our)\b))\s",
    re.IGNORECASE,
)
_MEASURED = _pattern(said.MEASURED)
_BY_WHEN = r"(?: (?:by|before|until|in) (?:the )?(?:end|mid|q[1-4]|h[12]|20\d\d|[a-z]+ 20\d\d)\b.*)?"
_COMES_TO_AN_END = re.compile(
    rf"(?:^|[^\w])({_any_of(said.UNDERTAKINGS)}(?: is| was| has been)? {_any_of(said.ENDS)}){_BY_WHEN}\s*$",
    re.IGNORECASE,
)
_TASK_AS_NOUN = re.compile(rf"\s*({_any_of(said.TASKS_AS_NOUNS)} of (?:a|an|the|our|new))\s", re.IGNORECASE)
# the second quality stands for itself: 'cost and quality of …', but not 'quality and safety audits'
_TWO_QUALITIES = re.compile(
    rf"\b({_any_of(said.QUALITIES)}) ?(?:,|and|&|/|plus|as well as) ?((?:\w+ )?{_any_of(said.QUALITIES)})"
    r"(?=\s*$|[,(]| (?:of|for|in|per|to|at|by|with)\b)",
    re.IGNORECASE,
)
_OF_ONE_COUNT = re.compile(
    r"\s*(?:(?:total |average |mean |median )?"
    r"(?:number|count|share|percent|percentage|proportion|sum|ratio|rate|index)|%) (?:of|for)\b",
    re.IGNORECASE,
)


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[0].strip() if found else ""


def _plain(text: str) -> str:
    """Without what is quoted, what only says which way is better, and fixed terms."""
    return _FIXED_TERM.sub(" ", _SAID_OF_THE_DIRECTION.sub(" ", _QUOTED.sub(" ", text)))


def weasel_in_name(name: str, definition: str = "") -> str:
    """The word in a name that says nothing, or nothing: an intention or praise without a number beside it.

    A vague word ('timely') is forgiven too where the definition has a number or names a written rule, such as a
    guideline: that is where it is made precise.
    """
    if _NUMBER.search(name):
        return ""
    plain = _plain(name)
    intends = _INTENTION.match(plain)
    if intends and not _MEASURED.search(plain):
        return intends[1]
    is_precise = _NUMBER.search(definition) or _WRITTEN_RULE.search(definition)
    return _first(_PRAISE, plain) or ("" if is_precise else _first(_VAGUE, plain))


def weasel_in_definition(definition: str) -> str:
    """The first vague word of a definition in a sentence without a number; what is quoted is somebody else's."""
    for sentence in _SENTENCE.split(_plain(definition)):
        if word := "" if _NUMBER.search(sentence) else _first(_VAGUE, sentence) or _first(_PRAISE, sentence):
            return word
    return ""


def task_in_name(name: str) -> str:
    """The words that make a name a task or a milestone, or nothing: 'Launch …', '… project completed'.

    A name that counts something ('Deploy frequency', 'Launch delays') is a measure all the same.
    """
    starts = _TASK.match(name) or _TASK_AS_NOUN.match(name)
    if starts and not _MEASURED.search(name):
        return starts[1]
    ends = None if _OF_ONE_COUNT.match(name) else _COMES_TO_AN_END.search(name)
    return ends[1] if ends else ""


def two_measures(name: str) -> tuple[str, str] | None:
    """The two qualities that one name promises at once ('Cost and quality of …'), or None.

    A count of two kinds of things ('Number of incidents and complaints') is one measure.
    """
    found = None if _OF_ONE_COUNT.match(name) else _TWO_QUALITIES.search(name)
    return (found[1].lower(), found[2].lower()) if found else None


def is_task_unit(unit: pd.Series) -> pd.Series:
    """Units that count how far a task is: '% complete'; and those that know only yes and no."""
    plain = unit.astype("object").fillna("").astype("str").str.strip().str.lower()
    return plain.isin([*said.DONE_UNITS, *said.BINARY_UNITS])
