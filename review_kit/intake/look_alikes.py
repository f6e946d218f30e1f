"""Names that look the same on a screen and are different text, and how to tell a person what differs."""

import re
import unicodedata

_INVISIBLE = re.compile(r"[\u200b-\u200f\u2060-\u2064\ufeff\u00ad\ufe00-\ufe0f]")
_CYRILLIC = ("АВЕЅІЈКМНОРСТУХЬЗаеіјорсухѕԁһԛԝ", "ABESIJKMHOPCTYXb3aeijopcyxsdhqw")  # noqa: RUF001 - the very point
_GREEK = ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧονα", "ABEZHIKMNOPTYXova")  # noqa: RUF001 - the very point
_LATIN = str.maketrans(_CYRILLIC[0] + _GREEK[0], _CYRILLIC[1] + _GREEK[1])


def folded_name(text: str) -> str:
    """What people see of a name: composed, without invisible marks, one alphabet, one case, single blanks."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_LATIN)
    return " ".join(plain.casefold().split())


def how_written(text: str, usual: str) -> str:
    """What tells `text` from `usual`, which looks the same, letter by letter with code points; '' if a person sees it.

    Case, an accent or another letter are seen; another alphabet, an invisible mark or another kind of blank are not.
    """
    if folded_name(text) != folded_name(usual) or text.casefold() == usual.casefold():
        return ""
    at = next((at for at, pair in enumerate(zip(text, usual, strict=False)) if pair[0] != pair[1]), None)
    if at is None:
        at = min(len(text), len(usual))
    ours, theirs = (word[at] if at < len(word) else "" for word in (text, usual))
    if ours and theirs and ours.casefold() == theirs.casefold():
        return ""
    return f"character {at + 1} is {_named(ours)}, in the other {_named(theirs)}"


def _named(letter: str) -> str:
    if not letter:
        return "the end"
    return f"U+{ord(letter):04X} ({unicodedata.name(letter, 'without a name').lower()})"


def hidden_marks(text: str) -> str:
    """The marks in a text that nobody sees, named; '' where there are none."""
    found = dict.fromkeys(_INVISIBLE.findall(text))
    return ", ".join(_named(mark) for mark in found)
