"""The page of one KPI or objective: how it did, in a sentence, its figures, its chart, and what the figures mean."""

from collections.abc import Iterable, Sequence

from review_kit.tables_view.html import Block, Piece, anchor, element, joined, markup_of
from review_kit.tables_view.labels import sentence_case, status_label, words
from review_kit.tables_view.prose import fact_list


def kpi_page(
    *,
    key: str,
    kind: str = "kpi",
    name: str,
    conclusion: str,
    status: str = "",
    facts: Iterable[tuple[str, str]] = (),
    pieces: Sequence[Piece] = (),
    definition: Iterable[tuple[str, str]] = (),
    trace: str = "",
    owner: str = "",
    in_contents: bool = True,
) -> Block:
    """An article that stands on its own; its address in the document is `#` + `anchor(kind, key)`.

    Args:
        key: the KPI's id.
        kind: what the page is about, where it is no KPI; the address is made from it.
        name: what readers call it.
        conclusion: how it did, in one sentence with its numbers.
        status: one of the statuses of the model, or nothing.
        facts: figures side by side, name and value.
        pieces: charts and tables, in order.
        definition: what is measured, its source, its frequency: name and value, in small.
        trace: where the figures come from.
        owner: who answers for it.
        in_contents: whether the contents list it.

    """
    figures, terms = list(facts), list(definition)
    head = element(
        "header",
        element("h3", name),
        element("p", status_label(status), class_="kpi-status") if status else None,
        element("p", owner, class_="kpi-owner") if owner else None,
    )
    small = None
    if terms or trace:
        small = element(
            "div",
            fact_list(terms, "kpi-definition") if terms else None,
            element("p", trace, class_="kpi-trace") if trace else None,
            class_="kpi-small",
        )
    article = element(
        "article",
        head,
        element("p", conclusion, class_="kpi-conclusion"),
        fact_list(figures, "facts") if figures else None,
        element("div", joined(markup_of(piece) for piece in pieces), class_="kpi-evidence") if pieces else None,
        small,
        class_="block kpi" if kind == "kpi" else f"block kpi {kind}",
        id=anchor(kind, key),
        data_toc=name if in_contents else None,
    )
    said = [name + (f": {sentence_case(words(status))}" if status else ""), conclusion]
    said += [f"{term}: {value}" for term, value in figures]
    return Block(str(article), "\n".join(said))
