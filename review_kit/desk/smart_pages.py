"""Whether the KPIs are fit to be judged: each against the five letters of SMART, and what would mend it."""

from functools import cached_property

import pandas as pd

from review_kit.desk.review import Review
from review_kit.desk.rows import MOST_ROWS, first_rows
from review_kit.model import figures
from review_kit.model.words import Status
from review_kit.narrative import smart_lead
from review_kit.smart import LETTERS, MET, NOT_JUDGED, NOT_MET
from review_kit.tables_view import Block, Column, Table, lead, table
from review_kit.tables_view.html import element
from review_kit.tables_view.labels import sentence_case

TOLD_ONE_BY_ONE = 5  # more KPIs that lack the same are one row, which names the first of them
NAMED = 3
_SHOWN = {MET: ("Yes", Status.ON_TARGET), NOT_MET: ("No", Status.OFF_TARGET), NOT_JUDGED: ("–", None)}


class SmartPages:
    """KPIs by letters, and below it what would mend them."""

    def __init__(self, review: Review) -> None:
        self._review = review

    def conclusion(self) -> Block:
        """How many KPIs meet all five letters."""
        return lead(smart_lead(self._review.smart))

    @cached_property
    def _verdicts(self) -> pd.DataFrame:
        """By KPI, the verdict on each letter and how many are not met; those that count most first."""
        smart = self._review.smart
        once = smart.drop_duplicates(["kpi_id", "letter"])
        wide = once.pivot_table(index="kpi_id", columns="letter", values="verdict", aggfunc="first")
        wide = wide.reindex(columns=list(LETTERS))
        wide["failed"] = (wide[list(LETTERS)] == NOT_MET).sum(axis=1)
        wide["weight"] = self._review.strategy_weights.reindex(wide.index).fillna(0.0)
        return (
            wide.rename_axis("kpi_id")
            .reset_index()
            .sort_values(
                ["failed", "weight", "kpi_id"], ascending=[False, False, True], kind="stable", ignore_index=True
            )
        )

    def letters_table(self, *, sound: bool = False) -> Table:
        """The KPIs that do not meet every letter, by letter; with `sound` those that do behind them."""
        kpis = self._review.kpis.set_index("kpi_id")
        found = self._verdicts if sound else self._verdicts[self._verdicts["failed"].gt(0)]
        shown, note = first_rows(found, "smart")
        rows = shown.assign(
            name=shown["kpi_id"].map(kpis["name"]),
            owner=shown["kpi_id"].map(kpis["owner"]),
            state=shown["failed"].gt(0).map({True: "Not yet SMART", False: "SMART"}),
            **{letter: shown[letter].map(_mark) for letter in LETTERS},
        )
        legend = "– cannot be judged without a target." if (shown[list(LETTERS)] == NOT_JUDGED).to_numpy().any() else ""
        return table(
            rows,
            [
                Column("name", "KPI", wide=True, below="owner"),
                *(Column(letter, sentence_case(letter), "piece") for letter in LETTERS),
            ],
            key="smart",
            group="state" if sound else "",
            note=" ".join(part for part in (legend, note) if part),
            caption="Each KPI against the five letters of SMART" if sound else "KPIs whose promise is not yet SMART",
            empty="Every KPI meets all five letters.",
        )

    def mends_table(self) -> Table:
        """What is wrong, by which evidence, and what would mend it; the gravest KPIs first."""
        failing = self._review.smart[self._review.smart["verdict"].eq(NOT_MET)]
        order = {kpi_id: place for place, kpi_id in enumerate(self._verdicts["kpi_id"])}
        failing = failing.assign(place=failing["kpi_id"].map(order)).sort_values("place", kind="stable")
        many = failing.groupby("rule")["kpi_id"].transform("size").gt(TOLD_ONE_BY_ONE)
        together = [self._together(rows) for _, rows in failing[many].groupby("rule", sort=False)]
        kpis = self._review.kpis.set_index("kpi_id")
        single = failing[~many]
        single = single.assign(name=single["kpi_id"].map(kpis["name"]), owner=single["kpi_id"].map(kpis["owner"]))
        rows = pd.concat([pd.DataFrame(together), single], ignore_index=True)
        shown, note = first_rows(rows, "smart", most=MOST_ROWS)
        if shown.empty:
            shown = rows.reindex(columns=["name", "owner", "letter", "reason", "mend"])
        return table(
            shown.assign(
                letter=shown["letter"].map(sentence_case),
                reason=shown["reason"].map(_sentence),
                mend=shown["mend"].map(_sentence),
            ),
            [
                Column("name", "KPI", wide=True, below="owner"),
                Column("letter", "Not yet"),
                Column("reason", "Evidence", wide=True),
                Column("mend", "What to do", wide=True),
            ],
            key="smart-mends",
            caption="What is missing, and what would mend it",
            note=note,
            empty="Nothing is to be mended.",
        )

    def _together(self, rows: pd.DataFrame) -> dict[str, str]:
        """One row for the many KPIs that lack the same."""
        names = self._review.kpis.set_index("kpi_id")["name"]
        first = rows.iloc[0]
        named = [str(names[kpi_id]) for kpi_id in rows["kpi_id"].head(NAMED)]
        others = f"{figures.number(len(rows) - NAMED)} others"
        same = rows["reason"].eq(first["reason"]).all()
        return {
            "name": figures.plural(len(rows), "KPI"),
            "owner": figures.listed([*named, others]),
            "letter": first["letter"],
            "reason": first["reason"] if same else f"{first['reason']} ({named[0]})",
            "mend": first["mend"],
        }


def _mark(verdict: str) -> Block:
    """A word with its shape, which the stylesheet draws."""
    word, status = _SHOWN[verdict]
    return Block(str(element("span", word, class_=f"status {status.css_class}" if status else None)), word)


def _sentence(words: str) -> str:
    return f"{sentence_case(words)}."
