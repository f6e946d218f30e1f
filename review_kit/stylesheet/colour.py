"""An organisation's colour, made fit to write with."""

import re
from typing import Final

from review_kit.errors import UsageError

_HEX = re.compile(r"#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
READABLE: Final = 4.5  # contrast to white that text needs (WCAG 2.2, level AA)
_STEP: Final = 0.04

Rgb = tuple[float, float, float]


def readable(colour: str) -> str:
    """The colour as '#rrggbb', darkened as far as it must be to be read on white.

    Raises:
        UsageError: it is not written as '#rgb' or '#rrggbb'.

    """
    rgb = _parsed(colour)
    while contrast_to_white(rgb) < READABLE:
        rgb = (rgb[0] * (1 - _STEP), rgb[1] * (1 - _STEP), rgb[2] * (1 - _STEP))
    return _written(rgb)


def softened(colour: str, share: float = 0.25) -> str:
    """The colour thinned with white: `share` of it remains, for areas that carry dark text."""
    red, green, blue = _parsed(colour)
    return _written((1 - share + share * red, 1 - share + share * green, 1 - share + share * blue))


def contrast_to_white(rgb: Rgb) -> float:
    """Contrast ratio by WCAG 2.2, relative luminance; 21 for black."""
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb)  # noqa: PLR2004 - the sRGB curve
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _parsed(colour: str) -> Rgb:
    found = _HEX.fullmatch(colour.strip())
    if found is None:
        msg = f"'{colour}' is no colour.\nHint: write it as six hexadecimal digits, such as '#12436d'."
        raise UsageError(msg)
    digits = found[1] if len(found[1]) > 3 else "".join(2 * digit for digit in found[1])  # noqa: PLR2004 - '#rgb'
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return red, green, blue


def _written(rgb: Rgb) -> str:
    return "#" + "".join(f"{round(255 * part):02x}" for part in rgb)
