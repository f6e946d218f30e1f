"""How numbers are written, the same in every chart, table, sentence and document.

Thousands are set apart by a narrow no-break space and a unit by a no-break one, so that no line ends inside a figure;
minus is a true minus, and what is not known is an en dash. Numbers round half away from zero, as people and Excel do.
"""

import math
import re
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from numbers import Real
from typing import Any, Final, TypeGuard

DASH: Final = "\N{EN DASH}"  # nothing is known here
MINUS: Final = "\N{MINUS SIGN}"
THIN: Final = "\u202f"  # narrow no-break space: within thousands, before % and before a scale
NO_BREAK: Final = "\u00a0"  # before a unit that is a word

_SIGNIFICANT = 3  # digits that a reader keeps where no precision is stated
_MOST_DECIMALS = 6  # beyond these a value is shown as 0 rather than as a row of zeros
_QUANTA = tuple(Decimal(1).scaleb(-places) for places in range(16))
_SCALES = ((1e12, "trn"), (1e9, "bn"), (1e6, "m"), (1e3, "k"))
_BRIEF_FROM = 1e6  # below, the digits are few enough to be read as they are
_COUNTS = frozenset({"number", "count"})
_CURRENCY_SIGNS = frozenset("$€£¥₹")
_LONGEST_SCALE = 3  # letters of 'm', 'bn', 'trn', 'Mio'
_TARGET_MET = 100  # points
_MOST_OF_A_SCORE = 3  # what lies closer is 100 but for the last digits of a computer
_CURRENCY_CODE = re.compile(r"[A-Z]{3}(?![A-Za-z])")


def known(value: Any) -> TypeGuard[float]:
    """Whether a figure can be written: not None, not NaN, not pandas' NA, not infinite."""
    # floats and whole numbers are most of what is asked for, and the look into abstract classes is slow
    return isinstance(value, (float, int, Real)) and math.isfinite(value)


def rounded(value: float, decimals: int) -> float:
    """Half away from zero on the decimals that people see: 2.675 becomes 2.68, -0.5 becomes -1; never a negative 0.

    `decimals` may be negative: 1 250 with -2 becomes 1 300. Beyond 15 digits there is nothing left to round.
    """
    quantum = _QUANTA[decimals] if 0 <= decimals < len(_QUANTA) else Decimal(1).scaleb(-decimals)
    exact = Decimal(repr(float(value)))
    if exact.adjusted() + max(decimals, 0) > 24:  # noqa: PLR2004 - the context of decimal holds 28 digits
        return float(value)
    return float(exact.quantize(quantum, ROUND_HALF_UP)) + 0.0


def natural_decimals(*values: float | None) -> int:
    """One precision for a column: enough for three digits of its largest value, none where all are whole numbers."""
    sizes = [abs(float(value)) for value in values if known(value)]
    if not sizes or all(size == math.floor(size) for size in sizes):
        return 0
    largest = max(sizes)
    return min(_MOST_DECIMALS, max(0, _SIGNIFICANT - 1 - math.floor(math.log10(largest))))


def number(value: float | None, decimals: int | None = None) -> str:
    """'1 234.5' with narrow no-break spaces, a true minus, and an en dash where nothing is known.

    Without `decimals`, whole numbers stay whole and others keep three digits, trailing zeros dropped.
    """
    return _written(float(value), decimals) if known(value) else DASH


@lru_cache(maxsize=4096)
def _written(value: float, decimals: int | None) -> str:
    """Kept for a while: a sentence about a KPI, its row and its chart say the same figures."""
    places = natural_decimals(value) if decimals is None else max(decimals, 0)
    near = rounded(value, places if decimals is None else decimals)
    text = f"{abs(near):,.{places}f}"
    if decimals is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    text = text.replace(",", THIN)
    return MINUS + text if near < 0 else text


def signed(value: float | None, decimals: int | None = None) -> str:
    """'+1.2', '0' without a sign, and an en dash where nothing is known."""
    text = number(value, decimals)
    return "+" + text if known(value) and value > 0 and any(digit in "123456789" for digit in text) else text


def percent(share: float | None, decimals: int = 0) -> str:
    """'75 %' for a share of 0.75, and an en dash where nothing is known."""
    return f"{number(_hundredfold(share, decimals), decimals)}{THIN}%" if known(share) else DASH


def chance_told(probability: float | None) -> str:
    """'75 %', and '< 1 %' or '> 99 %' for what is not certain: 0 and 100 % leave nothing to chance."""
    if not known(probability):
        return DASH
    points = rounded(100.0 * probability, 0)
    if probability > 0.0 and points < 1.0:
        return f"<{THIN}1{THIN}%"
    return f">{THIN}99{THIN}%" if probability < 1.0 and points > 99.0 else percent(probability)  # noqa: PLR2004


def signed_percent(share: float | None, decimals: int = 0) -> str:
    """'+2 %' for 0.02: a relative change; differences between shares are `percentage_points`."""
    return f"{signed(_hundredfold(share, decimals), decimals)}{THIN}%" if known(share) else DASH


def percentage_points(difference: float | None, decimals: int = 0) -> str:
    """'+2 percentage points' for a difference of 0.02 between two shares."""
    if not known(difference):
        return DASH
    text = signed(_hundredfold(difference, decimals), decimals)
    return f"{text}{NO_BREAK}percentage point{'' if text.strip(f'+{MINUS}') == '1' else 's'}"


def score(value: float | None) -> str:
    """'87' for a score of 0.87: scores are shown in points, of which 100 is the target met.

    '99.95' for 0.9995, which whole points would call met.
    """
    decimals = score_decimals(value)
    return number(_hundredfold(value, decimals), decimals) if known(value) else DASH


def score_decimals(value: float | None) -> int:
    """None, but as many as it takes that a score just short of the target is not written as 100 points."""
    if not known(value) or value >= 1:
        return 0
    return next((count for count in range(_MOST_OF_A_SCORE) if rounded(100 * value, count) < _TARGET_MET), 0)


def score_change(difference: float | None) -> str:
    """'+4' points for 0.04 between two scores."""
    return signed(_hundredfold(difference, 0), 0) if known(difference) else DASH


def compact(value: float | None) -> str:
    """Three digits at most, and a scale: '1.2 m', '340 k', '12 bn', '950'; for axes, budgets and labels."""
    if not known(value):
        return DASH
    for size, letter in _SCALES:
        if abs(rounded(value, _SIGNIFICANT - 1 - _magnitude(value))) >= size:
            return f"{number(_three_digits(value / size))}{THIN}{letter}"
    return number(_three_digits(value))


def money(value: float | None, currency: str = "", *, exact: bool = False) -> str:
    """'$1.2 m', 'CHF 1.2 m', or with `exact` '$1 234 567'; `currency` is a sign or a code, or nothing."""
    if not known(value):
        return DASH
    amount = number(abs(value), 0) if exact else compact(abs(value))
    sign = MINUS if value < 0 and any(digit in "123456789" for digit in amount) else ""
    return sign + _with_currency(amount, currency)


def is_currency(text: str) -> bool:
    """Whether a text is a currency alone, as `money` takes it: 'EUR', '$'."""
    return bool(text) and currency_and_rest(text) == (text, "")


def shown_unit(unit: str) -> str:
    """The unit as it stands beside a figure: nothing for a plain count, which needs no word."""
    unit = unit.strip()
    return "" if unit.lower() in _COUNTS else unit


def is_share_or_scale(unit: str) -> bool:
    """Whether a change in percent misleads: of '%', and of points of a scale, which has no true nothing."""
    return unit.strip().startswith("%") or unit.strip().lower().endswith(("point", "points"))


@lru_cache(maxsize=256)
def currency_and_rest(unit: str) -> tuple[str, str]:
    """('EUR', ' m') of 'EUR m', ('$', 'm') of '$m', ('', 'hours') of 'hours': what stands before a figure, what after.

    Codes are those of ISO 4217, in capitals.
    """
    if unit[:1] in _CURRENCY_SIGNS and unit:
        return unit[0], unit[1:]
    if _CURRENCY_CODE.match(unit):
        from babel.core import get_global  # noqa: PLC0415 - read only where a unit looks like a currency

        if unit[:3] in get_global("all_currencies"):
            return unit[:3], unit[3:]
    return "", unit


def with_unit(value: float | None, unit: str = "", decimals: int | None = None, *, sign: bool = False) -> str:
    """A figure with its unit as people write it: '12.5 %', '$10.4 m', 'EUR 411', '36 hours', '7' without a unit.

    `sign` shows a plus too, for changes and gaps. A currency stands before the number, what it is counted in behind.
    """
    if not known(value):
        return DASH
    currency, rest = currency_and_rest(shown_unit(unit))
    if currency:
        amount = _with_currency(number(abs(value), decimals), currency) + _counted_in(rest)
        shown = any(digit in "123456789" for digit in amount)
        return (MINUS if value < 0 and shown else "+" if sign and value > 0 and shown else "") + amount
    return (signed(value, decimals) if sign else number(value, decimals)) + _behind(rest)


def brief(value: float | None, unit: str = "", decimals: int | None = None) -> str:
    """As `with_unit`, but from a million on with a scale: '$83.2 m', '1.2 bn tonnes'; for labels in drawings."""
    if not known(value) or abs(value) < _BRIEF_FROM:
        return with_unit(value, unit, decimals)
    currency, rest = currency_and_rest(shown_unit(unit))
    if currency:
        return money(value, currency) + (f"{NO_BREAK}{rest.strip()}" if rest.strip() else "")
    return compact(value) + (f"{NO_BREAK}{rest}" if rest else "")


def span(
    low: float | None, high: float | None, unit: str = "", decimals: int | None = None, *, strict: bool = False
) -> str:
    """'80 to 90 %' with an en dash; '≥ 80 %' or '≤ 90 %' where one end is open; an en dash where both are.

    `strict` leaves the end itself out: '> 80 %', '< 90 %'.
    """
    if known(low) and known(high):
        dash = f"{THIN}{DASH}{THIN}" if low < 0 or high < 0 else DASH
        currency, rest = currency_and_rest(shown_unit(unit))
        numbers = number(low, decimals) + dash + number(high, decimals)
        return _with_currency(numbers, currency) + _counted_in(rest) if currency else numbers + _behind(rest)
    if known(low):
        return f"{'>' if strict else '≥'}{THIN}{with_unit(low, unit, decimals)}"
    return f"{'<' if strict else '≤'}{THIN}{with_unit(high, unit, decimals)}" if known(high) else DASH


def plural(count: int, noun: str, nouns: str = "") -> str:
    """'1 KPI', '3 KPIs', 'no KPIs', '2 objectives', '4 opportunities'; `nouns` is for irregular ones."""
    many = nouns or _many(noun)
    return f"1 {noun}" if count == 1 else f"{number(count, 0) if count else 'no'} {many}"


def part_of(count: int, total: int, noun: str, nouns: str = "") -> str:
    """'2 of 5 replies', and where it is every one 'all 5 replies', 'both replies' or 'the only reply'."""
    if count != total or not total:
        return f"{number(count, 0)} of {plural(total, noun, nouns)}"
    whole = {1: f"the only {noun}", 2: f"both {nouns or _many(noun)}"}
    return whole.get(total, f"all {plural(total, noun, nouns)}")


def printed_difference(value: float, other: float, decimals: int | None) -> float:
    """What a reader reckons from two figures as they are printed: 200 and 173.5, told as 174, lie 26 apart.

    Without `decimals` each is told in its own way, and the difference with as many as the finer of the two.
    """
    places = [natural_decimals(one) if decimals is None else decimals for one in (value, other)]
    near, far = (rounded(one, to) for one, to in zip((value, other), places, strict=True))
    return rounded(near - far, max(places))


def listed(words: Iterable[str], last: str = "and") -> str:
    """'a', 'a and b', 'a, b and c'."""
    items = list(words)
    return f"{', '.join(items[:-1])} {last} {items[-1]}" if len(items) > 1 else "".join(items)


def _hundredfold(share: float, decimals: int) -> float:
    """Rounded before it is scaled: 0.285 * 100 is 28.499…, and people expect 29 %."""
    return rounded(share, decimals + 2) * 100


def _magnitude(value: float) -> int:
    return math.floor(math.log10(abs(value))) if value else 0


def _three_digits(value: float) -> float:
    return rounded(value, max(_SIGNIFICANT - 1 - _magnitude(value), 0))


def _behind(unit: str) -> str:
    return f"{NO_BREAK if unit[:1].isalpha() else THIN}{unit}" if unit else ""


def _counted_in(rest: str) -> str:
    """What follows a currency, behind its figure: ' m', ' per head', '/month'; a scale stands closer than a word."""
    bare = rest.strip()
    if not bare or bare[0] == "/":
        return bare
    return f"{THIN if len(bare) <= _LONGEST_SCALE else NO_BREAK}{bare}"


def _with_currency(amount: str, currency: str) -> str:
    return currency + amount if currency[:1] in _CURRENCY_SIGNS or not currency else f"{currency}{THIN}{amount}"


def _many(noun: str) -> str:
    if noun.endswith("y") and noun[-2:-1] not in set("aeiou"):
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")
