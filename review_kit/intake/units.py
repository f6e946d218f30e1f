"""Whether two spellings of a unit mean the same, and by which power of ten they count."""

import re
from dataclasses import dataclass

_SAME = (
    ("%", "percent", "per cent", "pct", "pc"),
    ("hour", "h", "hr"),
    ("minute", "min"),
    ("second", "s", "sec"),
    ("day", "d"),
    ("week", "wk"),
    ("month", "mo"),
    ("year", "yr"),
    ("$", "usd", "us$", "dollar"),
    ("€", "eur", "euro"),
    ("£", "gbp", "pound"),
    ("point", "pt"),
)
_ONE_NAME = {word: words[0] for words in _SAME for word in words}
_SCALES = (
    (1e9, re.compile(r"(?<![A-Za-z])(?:bn|billions?|B)(?![A-Za-z])")),
    (1e6, re.compile(r"(?<![A-Za-z])(?:mn|mio|millions?|M)(?![A-Za-z])|(?<![A-Za-z])M(?=EUR|USD|GBP|CHF)|000,000")),
    (
        1e3,
        re.compile(r"(?<![A-Za-z])(?:thousands?|[kK])(?![A-Za-z])|(?<![A-Za-z])k(?=EUR|USD|GBP|CHF)|(?<![0-9])000s?"),
    ),
)
_CURRENCY = re.compile(r"[$€£¥₹]|\b(?:EUR|USD|GBP|CHF|JPY|AUD|CAD)\b", re.IGNORECASE)
_SMALL_SCALE = re.compile(r"(?<![A-Za-z])[mb](?![A-Za-z])")


@dataclass(frozen=True, slots=True)
class Unit:
    """'$M' is million of '$'."""

    scale: float  # 1, a thousand, a million or a billion
    base: str  # one name for all spellings; '' where nothing is said


def read_unit(text: str) -> Unit:
    """Scale and base of a unit as people write it: '$M', 'thousand $', 'kEUR', '$000', 'hours'."""
    if _CURRENCY.search(text):  # '$10 m' and 'EUR m' count millions; 'm' alone are metres
        text = _SMALL_SCALE.sub(lambda found: found[0].upper(), text)
    for scale, pattern in _SCALES:
        if pattern.search(text):
            return Unit(scale, _one_name(pattern.sub(" ", text, count=1)))
    return Unit(1.0, _one_name(text))


def _one_name(text: str) -> str:
    name = " ".join(text.casefold().replace(".", " ").split()).strip(" ()")
    name = name.removeprefix("of ").strip()
    if name in _ONE_NAME:
        return _ONE_NAME[name]
    singular = name.removesuffix("s") if len(name) > 2 else name  # noqa: PLR2004 - 's' alone is seconds
    return _ONE_NAME.get(singular, singular)
