"""Whether the money of initiatives is in one currency: that of the parameters, or where they name none, its usual one.

Nothing is converted: amounts are added up and moved as the numbers stand.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from review_kit.intake.coded import Mask
from review_kit.intake.ledger import Ledger
from review_kit.intake.units import read_unit
from review_kit.model.fault import Severity
from review_kit.model.figures import is_currency

MONEY: Final[Mapping[str, Sequence[str]]] = {  # our columns of money by table
    "initiatives": ("budget", "spent", "forecast_cost"),
    "progress": ("planned_value", "earned_value", "actual_cost"),
}
_CODES: Final = {  # of a sign: the codes of the money that is written with it
    "€": "EUR",
    "£": "GBP EGP FKP GIP LBP SDG SHP SSP SYP",
    "¥": "JPY CNY",
    "₹": "INR",
    "$": "USD ARS AUD BBD BMD BND BRL BSD BZD CAD CLP COP CUP CVE DOP FJD GYD HKD JMD KYD LRD MOP MXN NAD NIO NZD SBD "
    "SGD SRD TOP TTD TWD UYU WST XCD",
}
_WORDS: Final = frozenset({"ALL", "CUP", "MAD", "MOP", "PEN", "SOS", "TOP", "TRY", "XXX"})  # codes that are words too
_TOKEN = re.compile(
    r"[$€£¥₹]|(?<![A-Z])[A-Z]{3}(?![A-Za-z])|(?<=[kKmMTt])[A-Z]{3}(?![A-Za-z])"
    r"|(?<![A-Za-z])(?:eur|usd|gbp|chf)(?![A-Za-z])"  # of budget_eur
)
_HINT: Final = "give all money of the initiatives in one currency."


@dataclass(frozen=True, slots=True)
class _Said:
    """A currency that stands in cells of one column, and where."""

    currency: str
    column: str
    where: Mask


def tell_currencies(ledger: Ledger, columns: Sequence[str], currency: str, params_file: str) -> None:
    """Warns of cells and of headings that name another currency than `currency`, the one of `params_file`.

    Where the parameters name none, cells are held against what most cells say, and headings against that or, of cells
    without a currency, against the first heading that names one. A sign and a code that can mean the same agree.
    """
    said = list(_of_cells(ledger, columns))
    headings = [(column, name) for column in columns if (name := currency_in(ledger.headings.get(column, "")))]
    counts = Counter({one.currency: 0 for one in said})
    for one in said:
        counts[one.currency] += int(one.where.sum())
    usual = max(counts, key=counts.__getitem__) if counts else headings[0][1] if headings else ""
    expected = currency or usual
    beside = f"{params_file or 'params'} says {currency}" if currency else f"most money of this table in {usual}"
    hint = f"give the money in {currency}, or correct 'currency' under 'initiatives' in params." if currency else _HINT
    for one in said:
        if not agree(one.currency, expected):
            told = f"'{{value}}' is in {one.currency}, and {beside}."
            ledger.warn(one.where, one.column, "unit-mismatch", told, hint)
    for column, name in headings:
        heading = ledger.heading(column)
        if not agree(name, expected):
            told = f"the money under '{heading}' is in {name}, and {beside}."
            ledger.note("unit-mismatch", told, hint, Severity.WARNING, column=column)
        scale = read_unit(heading).scale
        if currency and scale > 1:  # 18.5 of 'EUR m' would be told as EUR 18.5
            told = f"the heading '{heading}' counts in units of {scale:,.0f}, and the report tells single {currency}."
            advice = "give the amounts in single units, or take 'currency' out of params."
            ledger.note("unit-mismatch", told, advice, Severity.WARNING, column=column)


def _of_cells(ledger: Ledger, columns: Sequence[str]) -> Iterator[_Said]:
    """The currencies of the rows that are still in, column by column."""
    for column in columns:
        cells = ledger.texts.get(column)
        if cells is None:
            continue
        found = [currency_in(text) if isinstance(text, str) else "" for text in cells.texts]
        for name in dict.fromkeys(found):
            where = cells.where([one == name for one in found]) & ledger.used
            if name and where.any():
                yield _Said(name, column, where)


def currency_in(text: str) -> str:
    """'EUR' of 'Budget (EUR)' and of '12 kEUR', '$' of '$5': the first currency that a text names; '' without one."""
    tokens = (token for token in _TOKEN.findall(text) if token not in _WORDS)
    return next((token.upper() for token in tokens if is_currency(token.upper())), "")


def agree(one: str, other: str) -> bool:
    """Whether two currencies can be the same money: EUR and €, CAD and $."""
    return one == other or other in _CODES.get(one, "").split() or one in _CODES.get(other, "").split()
