"""The word that somebody probably meant."""

from collections.abc import Collection
from difflib import get_close_matches


def nearest(word: str, known: Collection[str]) -> str:
    """The known word most like `word` ('' where none is), whatever the case of either."""
    by_fold = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), by_fold, n=1)
    return by_fold[near[0]] if near else ""


def did_you_mean(word: str, known: Collection[str], otherwise: str) -> str:
    """'did you mean 'amber'?', or what to do where no known word is like it."""
    near = nearest(word, known)
    return f"did you mean '{near}'?" if near else otherwise
