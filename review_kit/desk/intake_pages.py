"""What notebook 01 shows: whether the figures are complete and sound."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import pandas as pd

from review_kit import charts
from review_kit.desk.review import Review
from review_kit.intake import faults_table, freshness
from review_kit.model import figures
from review_kit.model.fault import Severity
from review_kit.model.period import Calendar, Rhythm
from review_kit.model.shares import shares
from review_kit.narrative import data_lead, freshness_lead, late_words
from review_kit.tables_view import Block, Column, Piece, lead, note, table

FAULTS_SHOWN = 100
KPIS_SHOWN = 20  # of those whose values are late or not final
GROUPS_SHOWN = 40  # rows of the picture of completeness


class IntakePages:
    """Rows read and what became of them, faults, and which values came."""

    def __init__(self, review: Review, of_sources: Mapping[str, pd.DataFrame], *, is_partial: bool = False) -> None:
        """`of_sources` holds the tables `faults` and `reconciliation`; an edition that must not tell them has none."""
        self._review = review
        self._is_partial = is_partial
        self._of_sources = of_sources

    @cached_property
    def faults(self) -> pd.DataFrame:
        """What is wrong with the sources, one row each."""
        return self._of_sources.get("faults", faults_table(()))

    @cached_property
    def reconciliation(self) -> pd.DataFrame:
        """What became of the rows of every source."""
        return self._of_sources.get("reconciliation", pd.DataFrame())

    def conclusion(self) -> Block:
        """The reconciliation over all sources; not for a partial edition, where counts would tell what it hides."""
        if self._is_partial:
            return lead("What became of every row of the sources is told in the edition that sees all of them.")
        return lead(data_lead(self.reconciliation, self.faults))

    def reconciliation_table(self) -> Sequence[Piece]:
        """Per source: rows read = used + refused + outside + duplicate."""
        if self._is_partial:
            return []
        columns = [
            Column("table", "Table"),
            Column("source", "Source", wide=True),
            Column("read", "Read", "number"),
            Column("used", "Used", "number"),
            Column("refused", "Refused", "number"),
            Column("outside", "Outside the period", "number"),
            Column("duplicate", "Duplicate", "number"),
        ]
        counted = table(
            self.reconciliation,
            columns,
            key="reconciliation",
            caption="Every row read is accounted for",
            note="Read = used + refused + outside the period + duplicate. Of a wide table cells are counted.",
        )
        return [counted]

    def faults_table(self) -> Sequence[Piece]:
        """What is wrong with the sources, located; the first hundred."""
        if self._is_partial:
            return []
        if self.faults.empty:
            return [note("Nothing is wrong with the sources.")]
        columns = [
            Column("severity", "Severity"),
            Column("row", "Row", "number"),
            Column("column", "Column"),
            Column("value", "Value"),
            Column("message", "What is wrong", wide=True),
            Column("hint", "What to do", wide=True),
        ]
        more = len(self.faults) - FAULTS_SHOWN
        more_are = (
            f"{figures.plural(more, 'more fault')}; all of them stand in tables/faults.parquet of a finished review, "
        )
        small = f"{more_are}and `review check` writes them with --out faults.parquet." if more > 0 else ""
        listed = table(
            _first_of_each(self.faults),
            [column for column in columns if self.faults[column.key].notna().any()],
            key="faults",
            caption="What to look at in the sources",
            note=small,
            group="source",
        )
        return [listed]

    @cached_property
    def fresh(self) -> pd.DataFrame:
        """How far the values of each KPI reach, against what is due."""
        return freshness(self._review.kpis, self._review.measures, self._review.checkpoint)

    def freshness_conclusion(self) -> Block:
        """How many KPIs have the values that are due, and what is not final."""
        return lead(freshness_lead(self.fresh))

    def freshness_table(self) -> Sequence[Piece]:
        """The KPIs whose values are late or not final, those that are furthest behind first."""
        fresh = self.fresh
        look = fresh[fresh["behind"].gt(0) | fresh["came"].lt(fresh["expected"]) | _not_final(fresh)]
        if look.empty:
            return []
        look = look.assign(missing=look["expected"] - look["came"])
        look = look.sort_values(["behind", "missing"], ascending=False, kind="stable")
        columns = [
            Column("name", "KPI", wide=True, below="rhythm"),
            Column("last", "Last value"),
            Column("due", "Due"),
            Column("late", "Late by"),
            Column("came", "Came"),
            Column("preliminary", "Preliminary", "number"),
            Column("projected", "Projected", "number"),
        ]
        more = len(look) - KPIS_SHOWN
        rest = [f"{figures.plural(more, 'more KPI')} {'is' if more == 1 else 'are'} not listed."] if more > 0 else []
        listed = table(
            _in_words(look.head(KPIS_SHOWN), self._review.checkpoint.calendar),
            [column for column in columns if column.key not in {"preliminary", "projected"} or look[column.key].any()],
            key="freshness",
            caption="Values that are late, incomplete or not final",
            note=" ".join(["Came: how many of the periods that are over have a value.", *rest]),
        )
        return [listed]

    def completeness(self) -> charts.Chart:
        """Which values of the cycle came, KPI by KPI."""
        review = self._review
        checkpoint = review.checkpoint
        inside = review.measures["period_end"].ge(pd.Timestamp(checkpoint.calendar.start))
        group, names = _groups(review.objectives)
        of_rhythm = self.fresh[self.fresh["rhythm"].ne("")]
        return charts.completeness(
            review.measures[inside],
            names=dict(zip(review.kpis["kpi_id"], review.kpis["name"], strict=True)),
            objectives=dict(
                zip(review.kpis["kpi_id"], review.kpis["objective_id"].map(names).fillna("No objective"), strict=True)
            ),
            group=group,
            every=dict(zip(of_rhythm["kpi_id"], map(_months, of_rhythm["rhythm"]), strict=True)),
            start=checkpoint.calendar.start,
            end=checkpoint.as_of,
        )


def _in_words(fresh: pd.DataFrame, calendar: Calendar) -> pd.DataFrame:
    """Periods as people call them, what came of what was expected, and nothing where nothing is to be said."""
    records = fresh.to_dict("records")
    late = pd.Series([late_words(row) for row in records], index=fresh.index, dtype="str")
    came = pd.Series([f"{row['came']} of {row['expected']}" for row in records], index=fresh.index, dtype="str")
    told = fresh.assign(
        last=fresh["last"].map(calendar.words, na_action="ignore"),
        due=fresh["due"].map(calendar.words, na_action="ignore"),
        late=late.where(fresh["behind"].gt(0)),
        came=came,
    )
    words = {name: told[name].where(told[name].gt(0)) for name in ("preliminary", "projected")}
    return told.assign(**words)


def _months(rhythm: str) -> int:
    return Rhythm(rhythm).months


def _not_final(fresh: pd.DataFrame) -> pd.Series:
    return fresh["preliminary"].gt(0) | fresh["projected"].gt(0)


def _first_of_each(faults: pd.DataFrame) -> pd.DataFrame:
    """The first hundred, shared out among the sources; those with errors first, and errors before warnings."""
    sheets = faults["sheet"].where(faults["sheet"].isna() | faults["sheet"].eq(""), ", sheet " + faults["sheet"])
    faults = faults.assign(source=faults["file"] + sheets.fillna(""))
    parts = [part for _, part in faults.groupby("source", sort=False)]
    parts.sort(key=lambda part: not part["severity"].eq(Severity.ERROR).any())  # what stops the review comes first
    counts = shares([len(part) for part in parts], FAULTS_SHOWN)
    firsts = [
        part.sort_values("severity", key=lambda words: words.ne(Severity.ERROR), kind="stable").head(count)
        for part, count in zip(parts, counts, strict=True)
    ]
    return pd.concat(firsts, ignore_index=True)


def _groups(objectives: pd.DataFrame) -> tuple[str, pd.Series]:
    """By what many KPIs are brought together in a picture, and its name by objective: whichever are few enough."""
    of_objective = objectives.set_index("objective_id")
    if len(of_objective) > GROUPS_SHOWN and 1 < of_objective["perspective"].nunique() <= GROUPS_SHOWN:
        return "perspective", of_objective["perspective"].fillna("No perspective")
    return "objective", of_objective["name"]
