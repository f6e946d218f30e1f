"""Whether two spellings of a unit mean the same, and by which power of ten they count."""

import re
from dataclasses import dataclass

from review_kit.model.words import PERCENT_UNITS

_SAME = (
    ("%", "percent", "per cent", "pct", "pc", "prozent"),
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
    ("count", "number", "#", "no", "anzahl"),
    ("ratio", "share", "proportion", "fraction"),
)
_ONE_NAME = {word: words[0] for words in _SAME for word in words}
_BASES = frozenset(_ONE_NAME.values())
_SCALES = (
    (1e9, re.compile(r"(?<![A-Za-z])(?:[Bb]n|[Bb]illions?|B|[Mm]rd|[Mm]illiarden?)(?![A-Za-z])\.?")),
    (
        1e6,
        re.compile(
            r"(?<![A-Za-z])(?:[Mm]n|[Mm]io|[Mm]illions?|[Mm]illionen|M)(?![A-Za-z])\.?"
            r"|(?<![A-Za-z])M(?=EUR|USD|GBP|CHF)|000,000"
        ),
    ),
    (
        1e3,
        re.compile(
            r"(?<![A-Za-z])(?:[Tt]housands?|[Tt]sd|[Tt]ausend|[kK])(?![A-Za-z])\.?"
            r"|(?<![A-Za-z])[kKT](?=EUR|USD|GBP|CHF|€)|['’]?(?<![0-9])000s?"
        ),
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


_COUNTED = """
count counts pieces piece pcs units unit items item people persons person heads headcount employees employee staff
customers customer users user members member visitors patients pupils students incidents incident tickets ticket cases
case complaints complaint orders order calls call visits visit stores store shops projects project interfaces interface
defects defect errors error accidents accident injuries deaths outages events event anzahl stück stueck stk mitarbeiter
kunden
"""
_MEASURED = """
% $ € £ ¥ ₹ chf eur usd gbp jpy hour minute second day week month year quarter point share ratio rate index score head
site kg g t tonne ton l litre liter m m2 m3 km mile kwh mwh gwh w kw mw mb gb tb thousand million billion fte capita
"""
_AMOUNT = "$ € £ ¥ ₹ chf jpy fte kg g t tonne ton l litre liter m3 kwh mwh gwh gb tb"
_AMOUNTS = frozenset(_AMOUNT.split())
_TIMES = frozenset({"hour", "minute", "second", "day", "week", "month"})
_COUNTS = frozenset(_COUNTED.split())
_KNOWN = _COUNTS | frozenset(_MEASURED.split())
_PARTS = re.compile(r"\s*/\s*|\s+(?:per|a|an|je|pro|par)\s+", re.IGNORECASE)


def known_base(unit: str) -> str:
    """The one name of a unit whose spellings we know: '€' of 'kEUR', 'day' of 'days'; '' for any other."""
    base = read_unit(unit).base
    return base if base in _BASES else ""


def counts_percent(unit: object) -> bool:
    """Whether a ratio in this unit is published 100 times as large as its parts say."""
    return isinstance(unit, str) and unit.strip().casefold().startswith(PERCENT_UNITS)


def counts_things(unit: object) -> bool:
    """Whether a unit names things that are counted one by one: 'incidents', '# of orders'."""
    if not isinstance(unit, str):
        return False
    name = unit.casefold().strip(" .()").removeprefix("number of ").removeprefix("# of ").removeprefix("# ")
    return name in _COUNTS


def is_number_of_things(unit: object) -> bool:
    """Also where nobody says of what: a 'number' may be an estimate with a fraction, but hardly lies below zero."""
    return counts_things(unit) or (isinstance(unit, str) and unit.casefold().strip(" .") in {"number", "no", "#"})


def is_amount(unit: object) -> bool:
    """Whether a unit counts what a large site has far more of than a small one: people, money, tonnes.

    Not so what is one thing per another: '€ per order' is as large everywhere.
    """
    if not isinstance(unit, str) or len(_PARTS.split(unit.strip())) > 1:
        return False
    words = read_unit(unit).base.split()
    return counts_things(unit) or bool(words and _AMOUNTS & {words[0], words[0].removesuffix("s")})


def counts_time(unit: object) -> bool:
    """Whether a unit is a span of time: hours, days, 'hours per call'."""
    return isinstance(unit, str) and known_base(_PARTS.split(unit.strip())[0]) in _TIMES


def is_strange(unit: str) -> bool:
    """Whether one thing per another is given and neither is known: nobody can hold values against such a unit."""
    parts = _PARTS.split(unit.strip())
    return len(parts) > 1 and not any(_is_known(part) for part in parts)


def _is_known(part: str) -> bool:
    name = read_unit(part).base
    words = [word.strip("().,") for word in (*name.split(), *part.casefold().split())]
    return any(word in _KNOWN or word.removesuffix("s") in _KNOWN or word[:1].isdigit() for word in words)
