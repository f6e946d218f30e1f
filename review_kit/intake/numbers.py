"""Text to finite numbers; what is not plainly one is refused with the way to declare it."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from review_kit.params import Source

LARGEST = 1e15  # beyond it sums lose the last unit, and squares soon overflow
_ERROR = re.compile(  # in any language of Excel: #REF!, #BEZUG!, #¡DIV/0!, #NAME?, #N/A, #NV; of LibreOffice Err:502
    r"#[¡¿]?[^\W\d_][\w/]*[!?]|#N/[ADV]|#NV|#GETTING_DATA|Err:[0-9]{3}", re.IGNORECASE
)
_NEGATIVES = {  # ways to write -5: what they look like, and the same with a minus
    "brackets": (r"^\(\s*(.*[0-9].*?)\s*\)$", r"-\1"),
    "trailing": (r"^(.*[0-9].*?)\s*-$", r"-\1"),
    "dash": (r"^[\x{2212}\x{2013}]\s*(.*)$", r"-\1"),
}
_BLANKS = " \u00a0\u2009\u202f"  # a person sees the same between thousands, and so it is with apostrophes
_APOSTROPHES = "'’"


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
        mark, point = thousands_pattern(source.thousands), re.escape(source.decimal)
        grouped = texts.str.fullmatch(rf"[+-]?[0-9]{{1,3}}(?:{mark}[0-9]{{3}})+(?:{point}[0-9]*)?")
        texts = texts.mask(grouped.fillna(value=False), texts.str.replace(mark, "", regex=True))
    return texts


def thousands_pattern(declared: str) -> str:
    """What stands between thousands, as a pattern: of blanks and apostrophes every kind, which look the same."""
    alike = next((kinds for kinds in (_BLANKS, _APOSTROPHES) if declared in kinds), declared)
    return f"[{re.escape(alike)}]"


def is_spreadsheet_error(text: str) -> bool:
    """Whether a cell holds what a spreadsheet shows where a formula fails."""
    return _ERROR.fullmatch(text) is not None


def _without_marks(texts: pd.Series, signs: tuple[str, ...]) -> pd.Series:
    """The texts without the declared signs before and behind them; in the middle of a number nothing is taken out."""
    if not signs:
        return texts
    marks = "|".join(re.escape(sign) for sign in sorted(signs, key=len, reverse=True))
    texts = texts.str.replace(rf"^([+-]?)\s*(?:(?:{marks})\s*)+", r"\1", regex=True)
    return texts.str.replace(rf"(?:\s*(?:{marks}))+$", "", regex=True)


def quoted(text: str) -> str:
    """A text in quotes as YAML can hold it: no-break spaces as escapes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\u00a0", "\\u00a0").replace("\u202f", "\\u202f") + '"'
