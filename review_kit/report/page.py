"""What makes a document self-contained: its stylesheet, its fonts, its one script, and the policy that pins them."""

import base64
import hashlib
from functools import lru_cache
from importlib.resources import files
from typing import Final

from markupsafe import Markup

from review_kit.report.meta import DocumentMeta
from review_kit.stylesheet import compressed, pieces_css, variables_css

_FONT_FILES: Final = {400: "Inter-Regular.woff2", 600: "Inter-SemiBold.woff2"}


def stylesheet(kind: str, meta: DocumentMeta) -> Markup:
    """All rules of a document of this kind ('report' or 'slides'), fonts included."""
    foot = css_string(meta.foot)
    own = f"@page{{@bottom-left{{content:{foot}}}}}"
    return Markup(fonts_css() + variables_css(meta.brand) + _rules(kind) + own)  # noqa: S704 - ours, and escaped


@lru_cache(maxsize=2)
def script(kind: str) -> Markup:
    """The one script of a document of this kind."""
    return Markup(_asset(f"{kind}.js").strip())  # noqa: S704 - a file of ours


def content_policy(kind: str) -> str:
    """Nothing is loaded, nothing is sent, and no script runs but the one with this hash."""
    digest = base64.b64encode(hashlib.sha256(script(kind).encode()).digest()).decode()
    return (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
        f"script-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def css_string(text: str) -> str:
    """The text as a string of CSS that ends neither the string nor the style element."""
    plain = "".join(letter if letter.isalnum() or letter in " .,-" else f"\\{ord(letter):x} " for letter in text)
    return f'"{plain}"'


@lru_cache(maxsize=1)
def fonts_css() -> str:
    """Two weights of one family as data; empty where the package was installed without its fonts."""
    folder = files("review_kit") / "assets" / "fonts"
    rules = []
    for weight, name in _FONT_FILES.items():
        file = folder / name
        if file.is_file():
            coded = base64.b64encode(file.read_bytes()).decode()
            rules.append(
                f"@font-face{{font-family:Inter;font-style:normal;font-weight:{weight};font-display:swap;"
                f'src:url(data:font/woff2;base64,{coded}) format("woff2")}}'
            )
    return "".join(rules)


@lru_cache(maxsize=2)
def _rules(kind: str) -> str:
    return compressed(_asset("base.css") + pieces_css() + _asset(f"{kind}.css"))


def _asset(name: str) -> str:
    return (files("review_kit.report") / "assets" / name).read_text(encoding="utf-8")
