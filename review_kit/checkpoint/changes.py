"""Says in plain sentences what is different from the last time: 'actuals.csv changed: 1,050 rows to 1,086'."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from review_kit.checkpoint.fingerprint import ABSENT, hash_file

ROWS_NAMED = 3
THINGS_NAMED = 3
_TEXT = (".csv", ".tsv", ".txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The files as a run finds them, by the names that records have for them."""

    inputs: str  # what the names of inputs begin with
    hash: Callable[[str], str]
    path: Callable[[str], Path]
    last_inputs: Path  # the inputs of the last good review


def reason_to_run(last: Mapping[str, Any], base: Mapping[str, Any], present: Present) -> str:
    """Why a step whose last result was `last` has to run, now that it depends on `base`."""
    if not last:
        return "it has not been run before."
    told = [*changed_base(last["base"], base)]
    different = [name for name, sha256 in last["reads"].items() if present.hash(name) != sha256]
    told += [changed_input(name, last, present) for name in different if name.startswith(present.inputs)]
    made = [name for name in different if not name.startswith(present.inputs)]
    tables = sorted(Path(name).stem for name in made if name.endswith(".parquet"))
    if tables:
        told.append(f"{listed(tables)} changed")
    others = (name for name in made if not name.endswith(".parquet"))
    told += [f"{Path(name).name} changed" for name in others]
    return f"{'; '.join(dict.fromkeys(told))}." if told else last.get("unsure") or "its last result was not kept."


def changed_base(last: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """What differs of all that was known before the step ran."""
    told = []
    if last.get("notebook") != now.get("notebook"):
        told.append("the notebook changed")
    if any(last.get(key) != now.get(key) for key in ("parameters", "arguments", "function")):
        told.append("its parameters changed")
    code = differing(last.get("code", {}), now["code"])
    if code:
        told.append(f"the code changed: {listed(code)}")
    versions = differing(last.get("versions", {}), now["versions"])
    told += [f"{name} {last['versions'].get(name, ABSENT)} became {now['versions'].get(name)}" for name in versions]
    if last.get("source_date_epoch") != now["source_date_epoch"]:
        told.append("SOURCE_DATE_EPOCH changed")
    before, after = set(last.get("names", ())), set(now["names"])
    told += [f"{Path(name).name} is new" for name in sorted(after - before)]
    told += [f"{Path(name).name} is gone" for name in sorted(before - after)]
    return told


def differing(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """The keys that only one has, or that the two give different values."""
    return sorted(key for key in {*one, *other} if one.get(key) != other.get(key))


def changed_input(name: str, last: Mapping[str, Any], present: Present) -> str:
    """How a source or a file of parameters differs from the one that was read last."""
    path = present.path(name)
    if not path.is_file():
        return f"{path.name} is gone"
    before, now = last["rows"].get(name), count_rows(path)
    if before is None or now is None:
        return f"{path.name} changed"
    if before != now:
        return f"{path.name} changed: {counted_rows(before)} to {now:,}"
    old = present.last_inputs / name.removeprefix(present.inputs)
    if hash_file(old) != last["reads"][name]:
        return f"{path.name} changed"
    rows = changed_rows(old.read_bytes(), path.read_bytes())
    if len(rows) > ROWS_NAMED:
        return f"{path.name} changed: {len(rows):,} of {counted_rows(now)}"
    word = "row" if len(rows) == 1 else "rows"
    return f"{path.name} changed: {word} {listed(f'{row:,}' for row in rows)}" if rows else f"{path.name} changed"


def counted_rows(number: int) -> str:
    """'1 row', '1,050 rows'."""
    return f"{number:,} {'row' if number == 1 else 'rows'}"


def changed_rows(old: bytes, new: bytes) -> list[int]:
    """Numbers of the lines of `new` that `old` does not hold, as a person counts them."""
    known = Counter(old.splitlines())
    rows = []
    for number, line in enumerate(new.splitlines(), start=1):
        if known[line] > 0:
            known[line] -= 1
        else:
            rows.append(number)
    return rows


def count_rows(path: Path) -> int | None:
    """Lines of a text file below its heading; None for what has no lines."""
    if path.suffix.lower() not in _TEXT or not path.is_file():
        return None
    return max(0, len(path.read_bytes().splitlines()) - 1)


def listed(names: Iterable[str]) -> str:
    """'a, b and c'; of many the first and how many more."""
    names = list(names)
    if len(names) > THINGS_NAMED:
        return f"{', '.join(names[:THINGS_NAMED])} and {len(names) - THINGS_NAMED} more"
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
