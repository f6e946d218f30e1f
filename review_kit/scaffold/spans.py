"""Months, quarters and years as people head their columns: 'Jan 25', 'Mär-2025', 'Q3/2025', '1. Quartal', '2025'."""

import re
import string
from collections import Counter
from collections.abc import Sequence

from review_kit.intake.raw import JOINT
from review_kit.intake.units import known_base
from review_kit.scaffold.words import IS_ACTUAL, IS_TARGET, plain

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
_FISCAL_QUARTER = re.compile(
    r"Q[1-4][ -/]?(?:FY[ -]?)?(?:19|20)[0-9]{2}[-/](?:[0-9]{2})?[0-9]{2}"
    r"|(?:FY[ -]?)?(?:19|20)[0-9]{2}[-/](?:[0-9]{2})?[0-9]{2}[ -/]?Q[1-4]",
    re.IGNORECASE,
)
_ALPHANUMERIC = string.ascii_letters + string.digits
_LONGEST = 48  # letters of a period; what is longer is a sentence
_QUARTER_ABOVE = re.compile(r"\bq[1-4] (?=[a-z]{3})")  # a month below its quarter, in headings of two lines
_YEARS = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")


def canonical(text: str, year: int | None = None) -> str:
    """'2025-03', '2025-Q1' or '2025' for a text that can mean nothing else; '' otherwise.

    A year that spans two, or a quarter of one, stays as it is written: intake reads it by the calendar of the cycle.
    `year` is that of months and quarters that are written without one; where it is not known they stay unread.
    """
    if len(text) > _LONGEST:
        return ""
    text = _without_units(text)
    text = " ".join(word for word in text.split() if word != JOINT.strip() and plain(word) not in IS_ACTUAL)
    if spans_two_years(text):
        return text
    for form in _PLAIN:
        if found := form.fullmatch(text):
            month = found.groupdict().get("month")
            return f"{found['year']}-{int(month):02d}" if month else found["year"]
    said = _QUARTER_ABOVE.sub("", plain(text))
    if found := _QUARTER.fullmatch(said):
        number = next(found[name] for name in ("q", "t", "n", "m") if found[name])
        whole = _whole_year(found["before"] or found["after"], year)
        return f"{whole}-Q{number}" if whole else ""
    found = _NAMED.fullmatch(said)
    if found and found["name"] in MONTH_NAMES and not (found["first"] and found["last"]):
        whole = _whole_year(found["first"] or found["last"], year)
        return f"{whole}-{MONTH_NAMES[found['name']]:02d}" if whole else ""
    return ""


def _without_units(heading: str) -> str:
    """'2025 · Q1' for '2025 · Q1 · EUR': a line below the headings that says what is counted."""
    parts = heading.split(JOINT)
    kept = [part for part in parts if not is_unit(part)]
    return JOINT.join(kept) if len(parts) > 1 and kept else heading


def is_unit(text: str) -> bool:
    """Whether it is a unit as it stands below a heading: 'EUR', '(%)', 'in Tsd. EUR'."""
    return bool(known_base(text.strip().strip("()[]").removeprefix("in ")))


def spans_two_years(text: str) -> bool:
    """Whether it is a year, or a quarter of one, that may begin in another month than January: 2024/25, FY2025."""
    if _FISCAL_QUARTER.fullmatch(text.strip()):
        return True
    found = _TWO_YEARS.fullmatch(text.strip())
    if found is None:
        return _FISCAL_YEAR.fullmatch(text.strip()) is not None
    return str(int(found["first"]) + 1).endswith(found["next"])


def _whole_year(digits: str | None, year: int | None) -> int | None:
    if digits is None:
        return year
    return int(digits) if len(digits) > 2 else 2000 + int(digits)  # noqa: PLR2004


def is_year(label: str) -> bool:
    """Whether a period is a whole year: 2025, 2024/25, FY2025."""
    label = label.strip()
    return bool(_YEARS.fullmatch(label)) or (spans_two_years(label) and not _FISCAL_QUARTER.fullmatch(label))


def without_plan(text: str) -> str:
    """'Q1 2025' for 'Plan Q1 2025' and 'Q1 2025 · Plan'; '' where no word says that it is planned."""
    words = [word for word in text.split() if plain(word) not in IS_TARGET]
    return " ".join(words) if len(words) < len(text.split()) else ""


def same_beginning(texts: Sequence[str]) -> str:
    """'Report-' for texts that all begin with these words; '' where they have none in common."""
    if len(texts) < 2:  # noqa: PLR2004 - of one alone nobody can tell
        return ""
    first, last = min(texts), max(texts)  # what these two share, all between them share
    same = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    words = first[:same].rstrip(_ALPHANUMERIC)
    return words if any(map(str.isalpha, words)) else ""


def lacks_year(text: str) -> bool:
    """Whether it is a month or a quarter of a year that is not said."""
    return not canonical(text) and bool(canonical(text, 2000))


def years_in(texts: Sequence[str]) -> list[int]:
    """The years that stand in these texts, the most frequent first."""
    found = Counter(int(year) for text in texts for year in _YEARS.findall(text))
    return [year for year, _ in found.most_common()]
