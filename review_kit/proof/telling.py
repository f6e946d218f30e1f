"""A proof in words, the verdict first and short enough for one screen where it can be, and as JSON with everything."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from textwrap import wrap
from typing import Any

from review_kit.proof.comparison import Comparison, Document
from review_kit.proof.differences import PLACE, Difference
from review_kit.proof.proof import Attempt, Proof, Verdict
from review_kit.proof.reason import Reason

VALUES_SHOWN = 50
REASONS_SHOWN = 10  # of one file
DOCUMENTS_SHOWN = 20
LINE = 100  # characters


def as_lines(proof: Proof) -> list[str]:
    """What a person reads; the first line is the verdict."""
    lines = [f"{proof.checkpoint}: {verdict_of(proof)}"]
    if proof.altered:
        lines += block(
            "Altered, as the run left it -> as it is now:", [str(one) for one in proof.restored], VALUES_SHOWN
        )
    told: tuple[Reason, ...] = ()
    for attempt in proof.attempts:
        lines += of_attempt(attempt, told)
        told = attempt.reasons
    return [*lines, of_seal(proof)]


def verdict_of(proof: Proof) -> str:
    """The answer, in a sentence or two."""
    own, today = proof.own, proof.today
    if proof.altered:
        told = f"ALTERED. {counted(len(proof.altered), 'file')} of its folder changed after the run."
        same = own is not None and own.equal
        return f"{told} All others come out again with the same bytes." if same else told
    if own is not None and not own.equal:
        return of_failed_proof(own, "from what it read")
    if today is not None and not today.equal:
        told = of_failed_proof(today, "from today's inputs")
        return told if own is None else f"{told} From what it read, it comes out with the same bytes."
    return of_proof(proof)


def of_proof(proof: Proof) -> str:
    """Why it is proved, and what has changed all the same."""
    comparison = next(attempt.comparison for attempt in proof.attempts if attempt.comparison is not None)
    told = f"PROVED. Run again in a clean place, all {comparison.files} files have the same bytes"
    if proof.moved_on is None:
        return f"{told}."
    if proof.moved_on:
        whence = "from what it read and from today's inputs" if proof.own else "from today's inputs"
        return f"{told}, {whence}."
    return f"{told}; today's inputs are those that it read."


def of_failed_proof(attempt: Attempt, whence: str) -> str:
    """What is not the same, and whether anything explains it."""
    changed = attempt.verdict is Verdict.CHANGED
    why = "What it is made from has changed." if changed else "Nothing that it is made from has changed."
    verdict = "DIFFERS" if changed else "NOT REPRODUCIBLE"
    if attempt.comparison is None:
        return f"{verdict}. Run again {whence}, it failed. {why}"
    return f"{verdict}. Run again {whence}, {amount(attempt.comparison)} are not the same. {why}"


def amount(comparison: Comparison) -> str:
    """'14 values and 6 of 93 files'."""
    values = len(grouped(comparison.values))
    files = {one.path for one in comparison.documents} | {(one.edition, one.table) for one in comparison.differences}
    told = f"{len(files)} of {comparison.files} files"
    return f"{counted(values, 'value')} in {told}" if values else told


def of_attempt(attempt: Attempt, told: Sequence[Reason]) -> Iterator[str]:
    """Reasons that were not told yet, values and files, each with a count and no more than fit."""
    reasons = [reason for reason in attempt.reasons if reason not in told]
    without_effect = ", without effect on any file" if attempt.equal else ""
    yield from block(f"Changed since its run{without_effect}:", list(reason_lines(reasons)), VALUES_SHOWN)
    if attempt.failure:
        yield from block("It failed:", attempt.failure.splitlines(), VALUES_SHOWN)
    if attempt.comparison is None:
        return
    values = [value_line(same) for same in grouped(attempt.comparison.values)]
    yield from block(f"{counted(len(values), 'value')}, in the review -> now:", values, VALUES_SHOWN)
    moved = sum(one.what == PLACE for one in attempt.comparison.differences)
    if moved:
        yield f"Not counted: {counted(moved, 'cell')} that only say from which row of a source a value comes."
    yield from of_documents(attempt.comparison.documents, with_details=not values)


def of_documents(documents: Sequence[Document], *, with_details: bool) -> Iterator[str]:
    """The files that are not tables. Where values differ too, they follow from these, and their names are enough."""
    title = f"{counted(len(documents), 'document')}{'' if with_details else ', which show these values'}:"
    if with_details:
        yield from block(title, [str(one) for one in documents], DOCUMENTS_SHOWN)
    else:
        yield from block(title, wrap(", ".join(one.named for one in documents), LINE), DOCUMENTS_SHOWN)


def reason_lines(reasons: Sequence[Reason]) -> Iterator[str]:
    """All of them; of very many in one file the first."""
    for _, group in groupby(reasons, key=lambda reason: (reason.kind, reason.file if reason.place else "")):
        listed = list(group)
        yield from (str(one) for one in listed[:REASONS_SHOWN])
        if len(listed) > REASONS_SHOWN:
            yield f"… and {len(listed) - REASONS_SHOWN} more of this kind"


def grouped(differences: Sequence[Difference]) -> list[list[Difference]]:
    """The same change in several editions is one; in the order in which they come."""
    found: dict[tuple[Any, ...], list[Difference]] = {}
    for one in differences:
        found.setdefault((one.name, one.what, one.old, one.new), []).append(one)
    return list(found.values())


def value_line(same: Sequence[Difference]) -> str:
    """'scores/csat/actual: 4.25 -> 4.31', and which editions hold it where the analyst's tables do not."""
    editions = [one.edition for one in same if one.edition]
    if len(editions) < len(same):
        return str(same[0])
    return f"{same[0]} (edition{'s' if len(editions) > 1 else ''} {', '.join(editions)})"


def block(title: str, lines: Sequence[str], most: int) -> Iterator[str]:
    """A title and its lines, indented; nothing where there are none."""
    if not lines:
        return
    yield title
    yield from (f"  {line}" for line in lines[:most])
    if len(lines) > most:
        yield f"  … and {len(lines) - most} more; --json lists all"


def of_seal(proof: Proof) -> str:
    """Which revision it is, and the number by which a seal is known."""
    which = "" if proof.revision is None else f"Revision {proof.revision}. "
    return f"{which}Sealed; SHA-256 of seal.json: {proof.seal}" if proof.seal else f"{which}Not sealed."


def counted(number: int, noun: str) -> str:
    """'1 value', '2 values'."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def as_json(proof: Proof) -> dict[str, Any]:
    """Everything that was found out."""
    return {
        "checkpoint": proof.checkpoint,
        "revision": proof.revision,
        "verdict": str(proof.verdict),
        "exit_code": int(proof.exit_code),
        "sealed": bool(proof.seal),
        "seal_sha256": proof.seal or None,
        "altered": [asdict(one) for one in proof.altered],
        "altered_content": [asdict(one) for one in proof.restored],
        "inputs_have_moved_on": proof.moved_on,
        "from_what_it_read": attempt_as_json(proof.own),
        "from_todays_inputs": attempt_as_json(proof.today),
    }


def attempt_as_json(attempt: Attempt | None) -> dict[str, Any] | None:
    """One run and all that differs; None where it was not made."""
    if attempt is None:
        return None
    found = attempt.comparison or Comparison(files=0)
    return {
        "equal": attempt.equal,
        "failure": attempt.failure or None,
        "reasons": [asdict(one) for one in attempt.reasons],
        "files": found.files,
        "differences": [{"name": one.name} | asdict(one) for one in found.differences],
        "documents": [asdict(one) for one in found.documents],
    }
