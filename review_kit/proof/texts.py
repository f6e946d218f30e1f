"""Where two texts part, shown with a few characters around."""

from itertools import zip_longest
from pathlib import Path

_TEXTS = {".html", ".yml", ".csv", ".json", ".ipynb", ".txt"}
_BEFORE, _AFTER = 12, 36  # characters shown before and after the place where two lines part


def first_difference(old: Path, new: Path) -> str:
    """'line 81: "…is 77 %" -> "…is 78 %"' for text; empty where the file is none that people could read."""
    if old.suffix not in _TEXTS or old.is_symlink() or new.is_symlink():
        return ""
    lines = [path.read_text(encoding="utf-8", errors="replace").splitlines() for path in (old, new)]
    unequal = [place for place, (before, after) in enumerate(zip_longest(*lines)) if before != after]
    if not unequal:
        return "line ends"
    before, after = (text[unequal[0]] if unequal[0] < len(text) else None for text in lines)
    told = f"line {unequal[0] + 1}: {_ends(before, after) or where_they_part(str(before), str(after))}"
    same_length = len(lines[0]) == len(lines[1])
    return f"{told}, and {len(unequal) - 1} more of its lines" if same_length and len(unequal) > 1 else told


def _ends(old: str | None, new: str | None) -> str:
    """Said where one of two files is longer than the other."""
    if old is not None and new is not None:
        return ""
    return "ends here" if new is None else "goes on"


def where_they_part(old: str, new: str) -> str:
    """Both texts around the first character that differs."""
    at = next((place for place, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    return " -> ".join(f'"{_around(text, at)}"' for text in (old, new))


def _around(text: str, at: int) -> str:
    start, end = max(0, at - _BEFORE), at + _AFTER
    return f"{'…' if start else ''}{text[start:end].strip()}{'…' if end < len(text) else ''}"
