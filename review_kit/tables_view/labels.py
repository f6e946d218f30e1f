"""The words and classes by which a status, a signal and an outlook are shown; the stylesheet adds shape and colour."""

from collections.abc import Iterable
from math import isnan
from typing import Any, Final

from markupsafe import Markup

from review_kit.model.figures import DASH, chance_told, known
from review_kit.model.profile import Origin
from review_kit.model.words import Certainty, Status, Variation
from review_kit.tables_view.html import element

_STATUSES: Final = {status.value: status for status in Status}
_SIGNALS: Final = {signal.value: signal for signal in Variation}
_ORIGINS: Final = {origin.value: origin for origin in Origin}
_MEANING: Final = {
    Origin.READ: "read as it stands in the source",
    Origin.COMPUTED: "computed from several values, or by the path of a target",
    Origin.ROLLED_UP: "rolled up from segments, or from what lies below",
}
ORIGIN_LEGEND: Final = (
    "; ".join(f"{origin.letter}: {meaning}" for origin, meaning in _MEANING.items())
    + ". Gaps, changes and chances are computed."
)
ORIGIN_WORDS: Final = "; ".join(_MEANING.values()) + "."
_NOT_FINAL: Final = {certainty.value: certainty for certainty in Certainty if certainty.mark}
_EXPLAINED: Final = {
    Certainty.PRELIMINARY: "preliminary, the values behind it may still change",
    Certainty.PROJECTED: "projected, some of the values behind it are forecasts",
}
LIKELY, UNLIKELY = 0.8, 0.2  # chances beyond which an outlook is called so; between them it is open


def words(value: Any) -> str:
    """The text of a cell: nothing for None, NaN, NaT and pandas' NA."""
    if value is None or (isinstance(value, float) and isnan(value)):
        return ""
    text = str(value)
    return "" if text in {"<NA>", "NaT"} else text


def sentence_case(text: str) -> str:
    """'Off target' for 'off target'; the rest of the text stays as it is."""
    return text[:1].upper() + text[1:]


def status_of(value: Any) -> Status | None:
    """The status that a cell names, or None where it names none."""
    return _STATUSES.get(words(value))


def signal_of(value: Any) -> Variation | None:
    """The signal that a cell names, or None where it names none."""
    return _SIGNALS.get(words(value))


def status_label(value: Any) -> Markup:
    """A status as its shape (drawn by the stylesheet) and its word."""
    status = status_of(value)
    if status is None:
        return element("span", words(value) or DASH)
    return element("span", sentence_case(status.value), class_=f"status {status.css_class}")


def signal_label(value: Any) -> Markup:
    """A signal as its shape (drawn by the stylesheet) and its words."""
    signal = signal_of(value)
    if signal is None:
        return element("span", words(value) or DASH)
    return element("span", sentence_case(signal.value), class_=f"signal {signal.css_class}")


def origin_mark(value: Any) -> Markup:
    """The letter that says where a number comes from, raised behind it; nothing where it is not known."""
    origin = _ORIGINS.get(words(value))
    return Markup() if origin is None else Markup("<sup>{}</sup>").format(origin.letter)


def certainty_mark(value: Any) -> Markup:
    """The small letter behind a figure that is not final; nothing behind one that is."""
    certainty = _NOT_FINAL.get(words(value))
    return element("sup", certainty.mark, title=certainty.value) if certainty else Markup()


def certainty_legend(values: Iterable[Any]) -> str:
    """What the letters among these figures mean; nothing where all are final."""
    found = {words(value) for value in values}
    return " ".join(f"{each.mark}: {_EXPLAINED[each]}." for name, each in _NOT_FINAL.items() if name in found)


def outlook_words(chance: Any) -> str:
    """'Likely', 'Open' or 'Unlikely' for the chance of meeting the target; nothing where it is not known."""
    if not known(chance):
        return ""
    return "Likely" if chance >= LIKELY else "Unlikely" if chance <= UNLIKELY else "Open"


def outlook_text(chance: Any) -> str:
    """'Likely, 86 %', or an en dash."""
    return f"{outlook_words(chance)}, {chance_told(chance)}" if known(chance) else DASH
