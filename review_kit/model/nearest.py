"""The word that somebody probably meant."""

from collections.abc import Collection
from difflib import get_close_matches

_ALIKE = str.maketrans("lio", "110")  # letters that are typed for figures


def nearest(word: str, known: Collection[str]) -> str:
    """The known word most like `word` ('' where none is), whatever the case of either; 'L0l' is like 'L01'."""
    by_fold = {name.casefold(): name for name in known}
    by_shape = {fold.translate(_ALIKE): name for fold, name in by_fold.items()}
    if shape := by_shape.get(word.casefold().translate(_ALIKE)):
        return shape
    near = get_close_matches(word.casefold(), by_fold, n=1)
    return by_fold[near[0]] if near else ""


def did_you_mean(word: str, known: Collection[str], otherwise: str) -> str:
    """'did you mean 'amber'?', or what to do where no known word is like it."""
    near = nearest(word, known)
    return f"did you mean '{near}'?" if near else otherwise
