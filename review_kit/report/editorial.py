"""What of an executed notebook a reader gets to see, as a preprocessor of nbconvert."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import escape
from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode

from review_kit.errors import StageFailedError
from review_kit.model.period import Rhythm
from review_kit.report.markdown import prose_html

REMOVED: Final = "remove-cell"
SLIDE: Final = "slide"
ANCHOR: Final = "anchor-"  # `anchor-risks`: links find the cell's heading at #risks, whatever its words
_RHYTHMS: Final = frozenset(Rhythm)
_FIRST_TAG = re.compile(r"\s*<([a-z0-9]+)\b[^<>]*?\bclass=\"([^\"]*)\"")
_STYLE_ONLY = re.compile(r"\s*<style\b")
_PIECES: Final = frozenset({"block", "chart", "charts", "table-frame"})
_PICTURES: Final = ("image/png", "image/jpeg", "image/gif")
_FAILURE_LENGTH: Final = 200


@dataclass(frozen=True, slots=True)
class Fragment:
    """What one cell contributes to a document."""

    html: str
    is_prose: bool  # made of Markdown: its headings part the document
    starts_slide: bool = False


class EditorialPreprocessor(Preprocessor):
    """Leaves `resources["fragments"]` for the template: no code, no streams, no cells of another rhythm.

    A cell tagged `remove-cell` is left out, and so is a Markdown cell that opens with a heading of level 1: it tells
    analysts what the notebook does, while readers have the cover.
    """

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Choose and render the cells.

        Raises:
            StageFailedError: a cell ended in an error, so there is nothing whole to show.

        """
        for cell in nb.cells:
            _refuse_errors(cell)
        rhythm = resources["meta"].rhythm
        resources["fragments"] = [fragment for cell in nb.cells for fragment in _fragments(cell, rhythm)]
        nb.cells = []
        return nb, resources


def is_shown(tags: set[str], rhythm: Rhythm) -> bool:
    """Whether a cell so tagged belongs into a document of this rhythm; without a rhythm tag it always does."""
    rhythms = tags & _RHYTHMS
    return REMOVED not in tags and (not rhythms or rhythm in rhythms)


def _fragments(cell: NotebookNode, rhythm: Rhythm) -> Iterator[Fragment]:
    tags = set(cell.metadata.get("tags", []))
    if not is_shown(tags, rhythm):
        return
    slide = SLIDE in tags
    if cell.cell_type == "markdown":
        source = str(cell.source)
        if source.strip() and not re.match(r"\s*#\s", source):
            anchor = next((tag.removeprefix(ANCHOR) for tag in sorted(tags) if tag.startswith(ANCHOR)), "")
            yield Fragment(prose_html(_with_attachments(source, cell), anchor), is_prose=True, starts_slide=slide)
        return
    if cell.cell_type != "code":
        return
    for output in cell.outputs:
        if output.output_type in {"display_data", "execute_result"}:
            html = _output_html(output.data)
            if html:
                yield Fragment(html, is_prose=False, starts_slide=slide)
                slide = False


def _output_html(data: dict[str, Any]) -> str:
    """Our own pieces as they are, pictures as data, anything else as plain text."""
    html = str(data.get("text/html", ""))
    if _STYLE_ONLY.match(html) or any("widget" in kind for kind in data):
        return ""
    opening = _FIRST_TAG.match(html)
    if opening and _PIECES & set(opening[2].split()):
        return html
    plain = str(data.get("text/plain", "")).strip()
    for kind in _PICTURES:
        if kind in data:
            coded = re.sub(r"\s", "", str(data[kind]))
            return _picture(kind, coded, plain)
    if "image/svg+xml" in data:
        coded = base64.b64encode(str(data["image/svg+xml"]).encode()).decode()
        return _picture("image/svg+xml", coded, plain)
    return f'<pre class="plain">{escape(plain)}</pre>' if plain and plain != "None" else ""


def _picture(kind: str, coded: str, plain: str) -> str:
    words = "" if plain.startswith("<") else plain
    return f'<figure class="picture"><img src="data:{kind};base64,{escape(coded)}" alt="{escape(words)}"></figure>'


def _with_attachments(source: str, cell: NotebookNode) -> str:
    for name, bundle in cell.get("attachments", {}).items():
        kind = next((kind for kind in _PICTURES if kind in bundle), None)
        if kind:
            coded = re.sub(r"\s", "", str(bundle[kind]))
            source = source.replace(f"(attachment:{name})", f"(data:{kind};base64,{coded})")
    return source


def _refuse_errors(cell: NotebookNode) -> None:
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            first_line = str(cell.source).strip().partition("\n")[0]
            reason = str(output.evalue).strip().partition("\n")[0][:_FAILURE_LENGTH]
            msg = (
                f"the cell '{first_line}' failed: {output.ename}: {reason}"
                "\nHint: open the executed notebook, mend the cause, and run the review again."
            )
            raise StageFailedError(msg)
