"""Text to finite numbers; what is not plainly one is refused with the way to declare it."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from review_kit.intake.look_alikes import hidden_marks
from review_kit.params import Source

LARGEST = 1e15  # beyond it sums lose the last unit, and squares soon overflow
SPREADSHEET_ERRORS = frozenset(
    {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!", "#GETTING_DATA"}
)
_NOT_MEASURED = frozenset(
    {
        "-",
        "--",
        "–",
        "—",
        ".",
        "..",
        "?",
        "n/a",
        "na",
        "n.a.",
        "nan",
        "none",
        "null",
        "nil",
        "tbd",
        "tbc",
        "pending",
    }
)
_NEGATIVES = {  # ways to write -5: what they look like, and the same with a minus
    "brackets": (r"^\(\s*(.*[0-9].*?)\s*\)$", r"-\1"),
    "trailing": (r"^(.*[0-9].*?)\s*-$", r"-\1"),
    "dash": (r"^[\x{2212}\x{2013}]\s*(.*)$", r"-\1"),
}
_INFINITE = frozenset({"inf", "infinity", "∞"})
_CURRENCY = "$€£¥₹"


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a text is not what its column holds."""

    rule: str
    message: str
    hint: str


def convert_numbers(texts: pd.Series, source: Source) -> tuple[np.ndarray, np.ndarray]:
    """Values (missing where the text is), and where a text is no number of this source."""
    given = texts.notna().to_numpy()
    if not given.any():
        return np.full(len(texts), np.nan), ~given & False
    usual = _plain_numbers(texts, source)
    if usual is not None:
        return usual, ~given & False
    values = np.full(len(texts), np.nan)
    plain = _without_signs(texts[given], source)
    point = re.escape(source.decimal)
    ok = plain.str.fullmatch(rf"[+-]?(?:[0-9]+(?:{point}[0-9]*)?|{point}[0-9]+)(?:[eE][+-]?[0-9]{{1,3}})?")
    fine = ok.fillna(value=False).to_numpy(dtype=bool)
    if source.decimal != ".":
        plain = plain.str.replace(source.decimal, ".", regex=False)
    numbers = np.full(len(plain), np.nan)
    numbers[fine] = plain[fine].to_numpy(dtype=object).astype("float64")
    fine = fine & (np.abs(numbers) <= LARGEST)
    vanished = fine & (numbers == 0)
    if vanished.any():  # 1e-400 is not nothing
        fine[vanished] = ~plain[vanished].str.contains(r"^[^eE]*[1-9]").to_numpy(dtype=bool)
    numbers[~fine] = np.nan
    values[given] = numbers
    bad = given.copy()
    bad[given] = ~fine
    return values, bad


def _plain_numbers(texts: pd.Series, source: Source) -> np.ndarray | None:
    """All values at once, where every text is a number as a program writes it; None where one needs a closer look."""
    if source.decimal != "." or source.thousands is not None or source.signs or source.negatives:
        return None
    try:
        read = pc.cast(pa.array(texts), pa.float64())
    except pa.ArrowInvalid:
        return None
    numbers = read.to_numpy(zero_copy_only=False)
    usual = (np.abs(numbers) <= LARGEST) & (numbers != 0)
    usual |= texts.isna().to_numpy()
    rest = texts[~usual]
    return numbers if rest.str.fullmatch(r"-?0*\.?0*").all() else None


def _without_signs(texts: pd.Series, source: Source) -> pd.Series:
    texts = _without_marks(texts, source.signs)
    for way in source.negatives:
        pattern, negative = _NEGATIVES[way]
        texts = texts.str.replace(pattern, negative, regex=True)
    if source.negatives:
        texts = _without_marks(texts, source.signs)
    if source.thousands is not None:
        mark, point = re.escape(source.thousands), re.escape(source.decimal)
        grouped = texts.str.fullmatch(rf"[+-]?[0-9]{{1,3}}(?:{mark}[0-9]{{3}})+(?:{point}[0-9]*)?")
        texts = texts.mask(grouped.fillna(value=False), texts.str.replace(source.thousands, "", regex=False))
    return texts


def _without_marks(texts: pd.Series, signs: tuple[str, ...]) -> pd.Series:
    """The texts without the declared signs before and behind them; in the middle of a number nothing is taken out."""
    if not signs:
        return texts
    marks = "|".join(re.escape(sign) for sign in sorted(signs, key=len, reverse=True))
    texts = texts.str.replace(rf"^([+-]?)\s*(?:(?:{marks})\s*)+", r"\1", regex=True)
    return texts.str.replace(rf"(?:\s*(?:{marks}))+$", "", regex=True)


def why_not_a_number(text: str, source: Source, params_file: str) -> Problem:  # noqa: C901, PLR0911, PLR0912 - one way to mend each slip
    """What is wrong with a text that should be a number, and how to mend or declare it."""
    text = text.strip()
    folded = text.casefold()

    def problem(hint: str, rule: str = "not-a-number", told: str = "'{value}' is not a number.") -> Problem:
        return Problem(rule, told, hint)

    def declare(what: str) -> str:
        return f"add {what} to this source in {params_file}"

    if text.upper() in SPREADSHEET_ERRORS:
        return problem(
            "mend the formula in the workbook.", "spreadsheet-error", "'{value}' is an error of a spreadsheet."
        )
    if folded.lstrip("+-−") in _INFINITE:
        return problem(
            "leave the cell empty where nothing is known.", "not-finite", "'{value}' is not a finite number."
        )
    if folded in _NOT_MEASURED:
        entry = "missing: [" + quoted(text) + "]"
        hint = f"leave the cell empty, or {declare(entry)}."
        return problem(hint, "missing-value", "'{value}' is not a number.")
    if _is_plain(text):
        number = float(text)
        if np.isinf(number):
            return problem("write the number out.", "not-finite", "'{value}' is too large to be a finite number.")
        if number == 0:
            return problem(
                "write 0 where nothing is meant.", "out-of-range", "'{value}' is too small to be told from 0."
            )
        return problem(
            "look at the unit: is the value in thousands or millions?", "out-of-range", "'{value}' is too large."
        )
    if folded in {"true", "false", "yes", "no"}:
        return problem("write the value that was measured.", told="'{value}' is a yes or no, not a number.")
    if "_" in text:
        return problem("underscores are not read: write the digits alone.")
    if any(letter.isdigit() and not letter.isascii() for letter in text):
        return problem("type the digits 0 to 9 anew; these belong to another script.")
    if marks := hidden_marks(text):
        return problem("type the number anew.", told=f"'{{value}}' holds marks that nobody sees: {marks}.")
    if negative := _negative_hint(text, declare):
        return problem(negative)
    if "%" in text:
        entry = declare('signs: ["%"]')
        return problem(f"write the number alone, with % as the unit of its KPI, or {entry}.")
    if any(sign in text for sign in _CURRENCY):
        sign = next(sign for sign in text if sign in _CURRENCY)
        entry = "signs: [" + quoted(sign) + "]"
        return problem(f"write the number alone, or {declare(entry)}.")
    return problem(_separator_hint(text, source, declare("{}")))


def _negative_hint(text: str, declare: Callable[[str], str]) -> str:
    """How to write or declare a negative number that is not written with a plain minus before it; '' for others."""
    if text.startswith(("−", "–")):
        return f"write the minus as '-', or {declare('negatives: dash')}."
    if re.fullmatch(r"\(.*[0-9].*\)", text):
        return f"write a negative number as -{text[1:-1].strip()}, or {declare('negatives: brackets')}."
    if re.fullmatch(r"[0-9.,]+\s*-", text):
        return f"write a negative number as -{text[:-1].strip()}, or {declare('negatives: trailing')}."
    return ""


def _separator_hint(text: str, source: Source, declare: str) -> str:
    """How to declare thousands or a decimal sign that the text seems to use."""
    for mark in (",", ".", " ", "\u00a0", "\u202f", "'", "’"):
        name = "no-break space" if mark in "\u00a0\u202f" else f"'{mark}'"
        if mark != source.decimal and re.fullmatch(
            rf"[+-]?[0-9]{{1,3}}(?:{re.escape(mark)}[0-9]{{3}})+([.,][0-9]+)?", text
        ):
            entry = declare.format("thousands: " + quoted(mark))
            return f"write it without {name} between thousands, or {entry}."
    if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", text) and source.decimal != ",":
        entry = declare.format('decimal: ","')
        return f"write the decimal sign as '{source.decimal}', or {entry}."
    if re.fullmatch(r"[+-]?[0-9]+\.[0-9]+", text) and source.decimal != ".":
        return f"this source declares '{source.decimal}' as its decimal sign; write the number with it."
    entry = declare.replace("{}", "missing: [" + quoted(text) + "]")
    return f"write a plain number, or where the text means that nothing was measured, {entry}."


def quoted(text: str) -> str:
    """A text in quotes as YAML can hold it: no-break spaces as escapes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\u00a0", "\\u00a0").replace("\u202f", "\\u202f") + '"'


def _is_plain(text: str) -> bool:
    return re.fullmatch(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", text) is not None
