"""The type of our drawings: Inter from the package's own files, its widths, and text broken to fit."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from unicodedata import east_asian_width

from review_kit.charts.tokens import CHART_TEXT

_NAMES = {400: "Inter-Regular", 600: "Inter-SemiBold"}
_UNKNOWN, _UNKNOWN_WIDE = 0.62, 1.0  # em, for letters that the subset does not hold
_ELLIPSIS = "…"
_DANGLING = frozenset(
    {"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "per", "the", "to", "with", "&"}
)


def web_font(weight: int = 400) -> bytes:
    """The woff2 file to embed in a page; empty where the package was installed without its fonts."""
    file = files("review_kit") / "assets" / "fonts" / f"{_NAMES[weight]}.woff2"
    return file.read_bytes() if file.is_file() else b""


@cache
def register() -> bool:
    """Make Inter known to matplotlib, for figures that analysts draw themselves; False where it is absent.

    Our own charts do not depend on it: they name the family, and measure with the files directly.
    """
    from matplotlib import font_manager  # noqa: PLC0415 - see canvas: only who draws pays for matplotlib

    for name in _NAMES.values():
        file = files("review_kit") / "assets" / "fonts" / f"{name}.ttf"
        if not file.is_file():
            return False
        with as_file(file) as path:
            font_manager.fontManager.addfont(path)
    return True


@cache
def _advances(weight: int) -> Mapping[int, float]:
    """By code point the advance in em, of the letters that the face has."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 - only who draws pays for it

    file = files("review_kit") / "assets" / "fonts" / f"{_NAMES[weight]}.ttf"
    with as_file(file) if file.is_file() else _face_of_matplotlib() as path, TTFont(path) as face:
        em, widths = face["head"].unitsPerEm, face["hmtx"]
        return {code: widths[name][0] / em for code, name in face.getBestCmap().items()}


@contextmanager
def _face_of_matplotlib() -> Iterator[Path]:
    """The file of a face that is wider than ours, so that nothing is cut."""
    from matplotlib import font_manager  # noqa: PLC0415 - see canvas: only who draws pays for matplotlib

    yield Path(font_manager.findfont("DejaVu Sans"))


@lru_cache(maxsize=4096)
def _advance(letter: str, weight: int) -> float:
    code = ord("0" if letter.isdigit() and letter.isascii() else letter)  # digits are tabular
    unknown = _UNKNOWN_WIDE if east_asian_width(letter) in "WF" else _UNKNOWN
    return _advances(weight).get(code, unknown)


@lru_cache(maxsize=8192)
def width_of(text: str, *, bold: bool = False, size: float = CHART_TEXT) -> float:
    """Width in px at `size`, kerning left out."""
    weight = 600 if bold else 400
    return size * sum(_advance(letter, weight) for letter in text)


def shorten(text: str, width: float, *, bold: bool = False) -> str:
    """The text, or as many whole words as fit with an ellipsis; within the word only where not even one fits."""
    text = " ".join(text.split())
    if width_of(text, bold=bold) <= width:
        return text
    room = width - width_of(_ELLIPSIS, bold=bold)
    cut = text
    while cut and width_of(cut, bold=bold) > room:
        cut = cut.rpartition(" ")[0] if " " in cut else cut[:-1]
    while " " in cut and cut.rpartition(" ")[2].lower() in _DANGLING:
        cut = cut.rpartition(" ")[0]
    return cut.rstrip(" ,;:.-(&") + _ELLIPSIS


def wrap(text: str, width: float, *, lines: int = 2, bold: bool = False) -> list[str]:
    """Lines that fit `width` px; the last is shortened at a word. Never empty: [""] for nothing."""
    words = text.split()
    wrapped: list[str] = []
    while words and len(wrapped) < lines - 1:
        line = words[0]
        if width_of(line, bold=bold) > width:
            break
        taken = 1
        while taken < len(words) and width_of(f"{line} {words[taken]}", bold=bold) <= width:
            line += f" {words[taken]}"
            taken += 1
        wrapped.append(line)
        words = words[taken:]
    if words:
        wrapped.append(shorten(" ".join(words), width, bold=bold))
    return wrapped or [""]
