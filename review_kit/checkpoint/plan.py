"""What one run will do: which notebooks with which parameters, which editions, which documents."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from review_kit import __version__
from review_kit.chain.parameters import check_template
from review_kit.chain.steps import Call, Stage, Step
from review_kit.checkpoint.ledger import Ledger
from review_kit.checkpoint.places import BRIEFING, INPUTS, REVIEW, STAGES, Places, find_templates
from review_kit.errors import UsageError
from review_kit.model.nearest import did_you_mean
from review_kit.model.period import Checkpoint, long_date
from review_kit.model.words import Audience
from review_kit.params import Params, find_checkpoint

ANALYST = "analyst"
BUILD = "review_kit.desk.editions:build_edition"
DOCUMENTS = "review_kit.report.files"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The steps of one run; nothing is done yet."""

    params: Params
    checkpoint: Checkpoint
    places: Places
    templates: dict[str, Path]  # of the workspace or the package; what runs is their frozen copies
    stages: tuple[str, ...]  # names, in order
    editions: tuple[str, ...]  # names; empty where only stages were asked for

    @property
    def main_edition(self) -> str:
        """The edition whose report lies at the top: the analyst's, which sees everything."""
        return next((name for name in self.params.editions if self.is_whole(name)), ANALYST)

    def is_whole(self, edition: str) -> bool:
        """Whether the edition may see everything, and needs no tables of its own."""
        return set(self.params.editions[edition].sees) >= set(Audience)

    def steps(self) -> list[Step]:
        """All that is run, in the order in which people are told of it; those that wait for nothing new go first."""
        stages = [self.notebook(name, after=STAGES[:place][-1:]) for place, name in enumerate(self.stages)]
        parts = [name for name in self.editions if not self.is_whole(name)]
        documents = [step for edition in self.editions for step in self.documents(edition)]
        scorecard = [self.scorecard()] if self.main_edition in self.editions else []
        return [*stages, *map(self.tables, parts), *documents, *scorecard]

    def notebook(self, name: str, edition: str = ANALYST, *, after: tuple[str, ...] = ()) -> Stage:
        """The step that runs a notebook; those of the main edition lie at the top, the evidence of all others apart."""
        at_top = name in STAGES or edition == self.main_edition
        folder = self.places.work if at_top else self.places.work / "editions" / edition
        return Stage(
            name=name if name in STAGES else f"{name} ({edition})",
            template=self.places.work / INPUTS / "notebooks" / f"{name}.ipynb",
            parameters={"checkpoint": self.checkpoint.name, "edition": edition, "run": self.places.run},
            executed=folder / "notebooks" / f"{name}.ipynb",
            after=after,
        )

    def tables(self, edition: str) -> Call:
        """The step that works out what an edition may see; it needs the sound tables and nothing of later stages."""
        arguments = {"run_folder": str(self.places.work), "checkpoint": self.checkpoint.name, "edition": edition}
        return Call(name=f"edition {edition}", function=BUILD, arguments=arguments, after=STAGES[:1])

    def documents(self, edition: str) -> Iterator[Step]:
        """For each document of an edition its notebook, and what is made of that."""
        before = STAGES[-1:] if self.is_whole(edition) else (f"edition {edition}",)
        for name, made in ((REVIEW, "report"), (BRIEFING, "slides")):
            notebook = self.notebook(name, edition, after=before)
            yield notebook
            arguments = {
                "notebook": str(notebook.executed),
                "target": str(self.places.work / "editions" / edition / f"{made}.html"),
                "meta": self.meta(edition),
            }
            function, after = f"{DOCUMENTS}:write_{made}", (notebook.name,)
            yield Call(name=f"{made} ({edition})", function=function, arguments=arguments, after=after)

    def scorecard(self) -> Call:
        """The step that writes the workbook."""
        day = self.checkpoint.as_of.isoformat()
        arguments = {"run": str(self.places.work), "meta": self.meta(self.main_edition), "as_of": day}
        return Call(name="scorecard", function=f"{DOCUMENTS}:write_workbook", arguments=arguments, after=STAGES[-1:])

    def meta(self, edition: str) -> dict[str, Any]:
        """The fields of a DocumentMeta."""
        several = len(self.params.editions) > 1
        return {
            "organisation": self.params.organisation,
            "title": self.params.title,
            "checkpoint_title": self.checkpoint.title,
            "as_of": f"as of {long_date(self.checkpoint.as_of)}",
            "edition": f"{edition.replace('_', ' ').capitalize()} edition" if several else "",
            "rhythm": self.checkpoint.rhythm.value,
            "brand": self.params.brand.colour if self.params.brand else "",
            "generator": f"review_kit {__version__}",
        }

    def ledger(self) -> Ledger:
        """What can be said before anything was run."""
        steps = self.steps()
        return Ledger(
            checkpoint=self.checkpoint.name,
            cycle=self.checkpoint.cycle,
            as_of=self.checkpoint.as_of.isoformat(),
            planned=tuple(step.name for step in steps),
            parameters={step.name: dict(step.parameters) for step in steps if isinstance(step, Stage)},
            editions={name: list(self.params.editions[name].sees) for name in self.editions},
        )

    def check(self) -> None:
        """Refuse parameters that a notebook does not declare, before any process is started for it.

        Raises:
            UsageError: a name or a type does not fit.

        """
        for step in self.steps():
            if isinstance(step, Stage):
                check_template(self.templates[step.template.stem], step.parameters)


def make_plan(places: Places, only: Collection[str] | None, editions: Collection[str] | None) -> Plan:
    """What has to be run for the checkpoint, or for the stages and editions that were asked for.

    Raises:
        ReviewError: the checkpoint, a stage or an edition is not known, or the params are not sound.

    """
    params, checkpoint = find_checkpoint(places.checkpoint, places.workspace / "params")
    stages = chosen(only, STAGES, "stage")
    return Plan(
        params=params,
        checkpoint=checkpoint,
        places=places,
        templates=find_templates(places.workspace),
        stages=STAGES[: STAGES.index(stages[-1]) + 1],  # each stage reads what those before it wrote
        editions=() if only is not None else chosen(editions, tuple(params.editions), "edition"),
    )


def chosen(asked: Collection[str] | None, known: Collection[str], what: str) -> tuple[str, ...]:
    """The names asked for, or all, in the order in which they are known.

    Raises:
        UsageError: one of them is not known.

    """
    for name in asked or ():
        if name not in known:
            hint = did_you_mean(name, known, f"there are {', '.join(known)}.")
            msg = f"no {what} is called '{name}'.\nHint: {hint}"
            raise UsageError(msg)
    return tuple(name for name in known if asked is None or name in asked)
