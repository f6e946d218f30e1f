"""What changed in a file of parameters or decisions: each key with its line, its old value and its new one."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from review_kit.proof.reason import Reason, kind_of
from review_kit.yaml_text import YamlText, read_yaml_text

_ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)\S+")  # of an alert it is a secret, though it belongs elsewhere


def compare_settings(file: str, old_root: Path, new_root: Path) -> Iterator[Reason]:
    """One reason a key, in the order of the new file; then the keys that are gone. The line is that of the new file."""
    kind = kind_of(file)
    documents = [read_yaml_text(root / file) for root in (old_root, new_root)]
    if not documents[1].readable:
        yield Reason(kind=kind, file=file, place="cannot be read any more", what=documents[1].mistakes[0].message)
        return
    before, after = (flat(document) for document in documents)
    for key, (line, value) in after.items():
        if key not in before:
            yield Reason(kind=kind, file=file, place=f"line {line}, {key}", what="added", new=shown(value))
        elif before[key][1] != value:
            yield Reason(kind=kind, file=file, place=f"line {line}, {key}", old=shown(before[key][1]), new=shown(value))
    for key, (line, value) in before.items():
        if key not in after:
            yield Reason(kind=kind, file=file, place=f"{key}, line {line} until then", what="removed", old=shown(value))


def shown(text: str) -> str:
    """The value without what may be secret: of an address only of what kind it is."""
    return _ADDRESS.sub(r"\1…", text)


def flat(document: YamlText) -> dict[str, tuple[int, str]]:
    """The line and the text of every value by its key: 'scoring.green', 'decisions[D3].choice'."""
    return dict(_leaves(document, document.tree, (), ""))


def _leaves(
    document: YamlText, value: Any, location: tuple[Any, ...], name: str
) -> Iterator[tuple[str, tuple[int, str]]]:
    if isinstance(value, dict) and value:
        for key, part in value.items():
            yield from _leaves(document, part, (*location, key), f"{name}.{key}" if name else str(key))
    elif isinstance(value, list) and any(isinstance(part, dict | list) for part in value):
        for number, part in enumerate(value):
            label = part.get("id", number + 1) if isinstance(part, dict) else number + 1
            yield from _leaves(document, part, (*location, number), f"{name}[{label}]")
    elif location:
        text = ", ".join(str(part) for part in value) if isinstance(value, list) else str(value or "")
        yield name, (document.lines.get(location, 1), text)
