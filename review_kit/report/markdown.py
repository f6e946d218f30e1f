"""The prose of a notebook as HTML: Markdown by mistune, raw HTML shown as text, and only addresses that are safe."""

import re
from functools import lru_cache
from typing import Any

import mistune
from markupsafe import Markup, escape

from review_kit.tables_view.html import safe_href, slug

_LOWEST = 6
_ABSOLUTE = re.compile(r"^(https?:|mailto:|#)", re.IGNORECASE)


class ProseRenderer(mistune.HTMLRenderer):
    """Headings carry ids and are marked for the contents; nothing is fetched and nothing runs."""

    def __init__(self) -> None:
        super().__init__(escape=True)

    def heading(self, text: str, level: int, **_attrs: Any) -> str:
        """`<h2 id="risks" data-toc="Risks">Risks</h2>`; deeper levels than 3 stay out of the contents."""
        title = Markup(text).striptags()  # noqa: S704 - rendered by us
        listed = f' data-toc="{escape(title)}"' if level in {2, 3} else ""
        level = min(level, _LOWEST)
        return f'<h{level} id="{slug(title)}"{listed}>{text}</h{level}>\n'

    def link(self, text: str, url: str, title: str | None = None) -> str:
        """Links into the document and to the web; a relative one leads nowhere from a single file, so it is text."""
        href = safe_href(url)
        if not href or not _ABSOLUTE.match(href):
            return text
        about = f' title="{escape(title)}"' if title else ""
        return f'<a href="{escape(href)}"{about}>{text}</a>'

    def image(self, text: str, url: str, title: str | None = None) -> str:
        """Pictures that the notebook holds itself; of any other the words that stand for it."""
        if re.match(r"^data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+$", url):
            return f'<img src="{escape(url)}" alt="{escape(Markup(text).striptags())}">'  # noqa: S704 - rendered by us
        return f"<em>{text or escape(title or '')}</em>"

    def block_code(self, code: str, info: str | None = None) -> str:  # noqa: ARG002 - the signature of mistune
        """Code without highlighting."""
        return f'<pre class="plain"><code>{escape(code)}</code></pre>\n'


@lru_cache(maxsize=1)
def _markdown() -> mistune.Markdown:
    return mistune.create_markdown(renderer=ProseRenderer(), plugins=["table", "strikethrough"])


def prose_html(source: str, anchor: str = "") -> str:
    """Markdown as HTML; tables stand in frames of ours. `anchor` becomes the id of the first heading."""
    html = str(_markdown()(source))
    if anchor:
        html = re.sub(r'(<h[1-6] id=")[^"]*"', rf'\g<1>{slug(anchor)}"', html, count=1)
    html = html.replace("<table>", '<div class="table-frame"><table class="table compact plain">')
    return html.replace("</table>", "</table></div>")
