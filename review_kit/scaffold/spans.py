"""Months, quarters and years as people head their columns: 'Jan 25', 'Mär-2025', 'Q3/2025', '1. Quartal', '2025'."""

import re
from collections import Counter
from collections.abc import Sequence

from review_kit.scaffold.words import IS_ACTUAL, plain

_MONTHS = (
    "jan january januar janvier janv enero ene gennaio gen januari janeiro janner",
    "feb february februar fevrier fevr fev febrero febbraio februari fevereiro",
    "mar march marz mrz maerz mars marzo maart mrt marco",
    "apr april avril avr abril abr aprile",
    "may mai mayo maggio mag mei maio",
    "jun june juni juin junio giugno giu junho",
    "jul july juli juillet juil julio luglio lug julho",
    "aug august aout agosto ago augustus",
    "sep sept september septembre septiembre settembre set setembro",
    "oct october oktober okt octobre octubre ottobre ott outubro out",
    "nov november novembre noviembre novembro",
    "dec december dezember dez decembre diciembre dic dicembre dezembro",
)
MONTH_NAMES = {name: number for number, names in enumerate(_MONTHS, start=1) for name in names.split()}
_NAMED = re.compile(r"(?:(?P<first>[0-9]{4}|[0-9]{2}) )?(?P<name>[a-z]+)(?: (?P<last>[0-9]{4}|[0-9]{2}))?")
_YEAR = r"(?P<year>(?:19|20|21)[0-9]{2})"
_PLAIN = (
    re.compile(rf"{_YEAR}"),
    re.compile(rf"{_YEAR}[ -/.]?(?P<month>0[1-9]|1[0-2])(?:-[0-9]{{2}}(?:[T ]00:00:00)?)?"),
    re.compile(rf"(?P<month>0?[1-9]|1[0-2])[/.]{_YEAR}"),
)
_QUARTER = re.compile(
    r"(?:(?P<before>[0-9]{4}) )?(?:q ?(?P<q>[1-4])|t ?(?P<t>[1-4])|(?P<n>[1-4]) (?:quartal|quarter|trimestre|kwartaal)"
    r"|(?:quartal|quarter|trimestre) (?P<m>[1-4]))(?: (?P<after>[0-9]{4}|[0-9]{2}))?"
)
_TWO_YEARS = re.compile(r"(?:FY ?)?(?P<first>(?:19|20)[0-9]{2}) ?[-/–] ?(?P<next>(?:[0-9]{2})?[0-9]{2})", re.IGNORECASE)
_FISCAL_YEAR = re.compile(r"FY[ -]?(?:[0-9]{2})?[0-9]{2}", re.IGNORECASE)
_YEARS = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")


def canonical(text: str, year: int | None = None) -> str:
    """'2025-03', '2025-Q1' or '2025' for a text that can mean nothing else; '' otherwise.

    A year that spans two stays as it is written: intake reads it by the calendar of the cycle.
    `year` is that of months and quarters that are written without one; where it is not known they stay unread.
    """
    text = text.strip()
    if spans_two_years(text):
        return text
    for form in _PLAIN:
        if found := form.fullmatch(text):
            month = found.groupdict().get("month")
            return f"{found['year']}-{int(month):02d}" if month else found["year"]
    said = " ".join(word for word in plain(text).split() if word not in IS_ACTUAL)
    if found := _QUARTER.fullmatch(said):
        number = next(found[name] for name in ("q", "t", "n", "m") if found[name])
        whole = _whole_year(found["before"] or found["after"], year)
        return f"{whole}-Q{number}" if whole else ""
    found = _NAMED.fullmatch(said)
    if found and found["name"] in MONTH_NAMES and not (found["first"] and found["last"]):
        whole = _whole_year(found["first"] or found["last"], year)
        return f"{whole}-{MONTH_NAMES[found['name']]:02d}" if whole else ""
    return ""


def spans_two_years(text: str) -> bool:
    """Whether it is a year that may begin in another month than January: 2024/25, FY2025."""
    found = _TWO_YEARS.fullmatch(text.strip())
    if found is None:
        return _FISCAL_YEAR.fullmatch(text.strip()) is not None
    return str(int(found["first"]) + 1).endswith(found["next"])


def _whole_year(digits: str | None, year: int | None) -> int | None:
    if digits is None:
        return year
    return int(digits) if len(digits) > 2 else 2000 + int(digits)  # noqa: PLR2004


def lacks_year(text: str) -> bool:
    """Whether it is a month or a quarter of a year that is not said."""
    return not canonical(text) and bool(canonical(text, 2000))


def years_in(texts: Sequence[str]) -> list[int]:
    """The years that stand in these texts, the most frequent first."""
    found = Counter(int(year) for text in texts for year in _YEARS.findall(text))
    return [year for year, _ in found.most_common()]
