"""nbconvert exporters of ours: an executed notebook becomes one self-contained page, or slides."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import nbformat
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from nbconvert.exporters import TemplateExporter
from nbformat import NotebookNode

from review_kit.errors import StageFailedError
from review_kit.report.editorial import EditorialPreprocessor
from review_kit.report.meta import DocumentMeta
from review_kit.report.outline import outline
from review_kit.report.page import content_policy, script, stylesheet
from review_kit.report.slides import decks
from review_kit.tables_view import cover


class DocumentExporter(TemplateExporter):
    """Our template, our preprocessor, and none of Jupyter's: no theme, no MathJax, no RequireJS, no highlighting."""

    kind = "report"
    output_mimetype = "text/html"

    def __init__(self, **kw: Any) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            file_extension=".html",
            template_file=f"{self.kind}.html.j2",
            template_paths=[],
            extra_template_basedirs=[],
            default_preprocessors=[],
            preprocessors=[EditorialPreprocessor],
            optimistic_validation=True,
            **kw,
        )

    def _create_environment(self) -> Environment:
        """Templates come from the package alone; what is not marked safe is escaped, a misspelt name is an error."""
        loader = PackageLoader("review_kit.report")
        return Environment(
            loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )


class SlidesExporter(DocumentExporter):
    """The same pieces, one slide each part."""

    kind = "slides"


def render_report(notebook: Path | NotebookNode, meta: DocumentMeta) -> str:
    """The executed notebook as one HTML file that needs nothing else.

    Raises:
        StageFailedError: a cell of the notebook ended in an error, or the file is no notebook.

    """
    return _render("report", notebook, meta)


def render_slides(notebook: Path | NotebookNode, meta: DocumentMeta) -> str:
    """The executed notebook as slides: a new one at each heading of level 2 and each cell tagged `slide`.

    Raises:
        StageFailedError: a cell of the notebook ended in an error, or the file is no notebook.

    """
    return _render("slides", notebook, meta)


def _render(kind: str, notebook: Path | NotebookNode, meta: DocumentMeta) -> str:
    node = _read(notebook) if isinstance(notebook, Path) else notebook
    own = {"kind": kind, "policy": content_policy(kind), "style": stylesheet(kind, meta), "script": script(kind)}
    resources = {"meta": meta, **own, "arrange": outline if kind == "report" else decks, "make_cover": _cover}
    html, _ = _exporter(kind).from_notebook_node(node, resources=resources)
    return html.rstrip() + "\n"


def _cover(meta: DocumentMeta) -> Markup:
    made = cover(meta.organisation, meta.title, period=meta.checkpoint_title, as_of=meta.as_of, edition=meta.edition)
    return Markup(made.html)  # noqa: S704 - a block escapes its text


@lru_cache(maxsize=2)
def _exporter(kind: str) -> DocumentExporter:
    return {"report": DocumentExporter, "slides": SlidesExporter}[kind]()


def _read(path: Path) -> NotebookNode:
    try:
        return nbformat.read(path, as_version=4)
    except (OSError, nbformat.reader.NotJSONError) as error:
        msg = f"{path.name} cannot be read as a notebook: {error}\nHint: run the review again; it makes the notebook."
        raise StageFailedError(msg) from error
