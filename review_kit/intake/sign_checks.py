"""Signs beside numbers that params call empty, and that say another unit than the KPI has."""

from collections.abc import Sequence

import numpy as np

from review_kit.intake.coded import Coded
from review_kit.intake.ledger import Ledger
from review_kit.intake.units import known_base
from review_kit.params import Source

_HINT = "write the number in the unit of the KPI, or correct its unit."


def unit_signs(source: Source) -> tuple[str, ...]:
    """Those of the declared signs that are units: %, €, days."""
    return tuple(sign for sign in source.signs if known_base(sign))


def tell_foreign_signs(ledger: Ledger, units: Coded, columns: Sequence[str], source: Source) -> None:
    """Refuses '12 %' for a KPI in days, and warns of '5 hours' for one; `units` are those of the rows' KPIs.

    Params say that the sign means nothing, and so the number is read; but a percentage would be 100 times too large.
    """
    signs = unit_signs(source)
    if not signs:
        return
    bases = [known_base(str(unit)) for unit in units.texts]
    for column in columns:
        if column not in ledger.texts:
            continue
        cells = ledger.texts[column]
        for sign in signs:
            other = units.where([base not in ("", known_base(sign)) for base in bases])
            if not other.any():
                continue
            stands = other & cells.where(cells.texts.str.contains(sign, regex=False))
            told = f"'{{value}}' is in '{sign}', and the KPI is not."
            untold = ~ledger.faulty.get(column, np.zeros(len(other), dtype=bool))
            tell = ledger.refuse if sign == "%" else ledger.warn
            tell(stands & untold & ledger.used, column, "unit-mismatch", told, _HINT)


def refuse_percent_parts(ledger: Ledger, source: Source) -> None:
    """Numerator and denominator of a ratio are counted: a percentage of either is a slip."""
    for column in ("numerator", "denominator"):
        if "%" in source.signs and column in ledger.texts:
            cells = ledger.texts[column]
            where = cells.where(cells.texts.str.contains("%", regex=False))
            told = "'{value}' is a percentage, and the parts of a ratio are counted."
            ledger.refuse(where & ledger.used, column, "unit-mismatch", told, "write what was counted.")
