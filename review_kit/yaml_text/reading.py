"""One YAML document as text with its lines; what could surprise a reader is refused, never interpreted."""

import errno
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from review_kit.errors import UsageError
from review_kit.yaml_text.mistakes import Location, Mistake, key_name, shown_path

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_PLAIN_TAGS = {None, "!"}  # "!" is what libyaml calls a quoted scalar without a tag
_LARGEST = 1_000_000  # bytes; a cycle's parameters are a few kB, more is the wrong file
_DEEPEST = 20  # levels of nesting; ours need five
_TAB = re.compile(r"[ ]*\t")


@dataclass(slots=True)
class YamlText:
    """The document as dicts, lists and text, the line of every key, and what was wrong with the file itself."""

    file: str  # 'params/2025.yml'
    tree: dict[str, Any] = field(default_factory=dict)
    lines: dict[Location, int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    readable: bool = True  # False where nothing can be said about the keys


def read_yaml_text(path: Path, start: str = 'cycle: "2025"') -> YamlText:
    """The file's single document, its mistakes collected; `start` is a line that such a file may start with.

    Raises:
        UsageError: the file cannot be opened.

    """
    document = YamlText(file=shown_path(path))
    try:
        raw = _bytes(path)
    except (OSError, ValueError) as error:  # the name itself may be none
        reason = getattr(error, "strerror", None) or "it has no name of a file"
        msg = f"{document.file}: the file cannot be read ({reason}).\nHint: check the name and its permissions."
        raise UsageError(msg) from error
    text = _decoded(raw, document)
    if text is not None and _is_plain(text, document):
        node = yaml.compose(text, Loader=_LOADER)
        if isinstance(node, yaml.MappingNode):
            document.tree = _mapping(node, (), document)
            document.lines.setdefault((), 1)
        else:
            hint = f"start with a line such as {start}, without a dash before it."
            _stop(document, _line(node) if node else 1, "the file is not a mapping of keys to values.", hint)
    return document


def _bytes(path: Path) -> bytes:
    """At most a little more than any such file holds; a pipe would wait for ever, and a device never end."""
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is a folder, a pipe or a device")
        return file.read(_LARGEST + 1)


def _stop(document: YamlText, line: int | None, message: str, hint: str) -> None:
    document.readable = False
    document.mistakes.append(Mistake(line, "", message, hint))


def _decoded(raw: bytes, document: YamlText) -> str | None:
    if len(raw) > _LARGEST:
        _stop(document, None, "the file is larger than 1 MB.", "is this the parameter file?")
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        _stop(document, line, "the file is not UTF-8 text.", "save it as UTF-8.")
        return None


def _is_plain(text: str, document: YamlText) -> bool:
    """Whether the document may be composed: one document, no anchors, no tags, not too deep."""
    depth, documents = 0, 0
    try:
        for event in yaml.parse(text, Loader=_LOADER):
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    _stop(document, line, "a second document starts here.", "keep one document; remove the '---'.")
            elif isinstance(event, yaml.AliasEvent):
                _stop(document, line, f"'*{event.anchor}' repeats another part.", "write the value out here.")
            elif isinstance(event, yaml.NodeEvent):
                if event.anchor is not None:
                    _stop(document, line, f"'&{event.anchor}' names a part.", "remove it; write values out.")
                tag = getattr(event, "tag", None)
                if tag not in _PLAIN_TAGS:
                    name = str(tag).replace("tag:yaml.org,2002:", "!!")
                    _stop(document, line, f"the tag '{name}' is refused.", "write the value without a tag.")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > _DEEPEST:
                _stop(document, line, "the values are nested too deep.", "our keys need five levels at most.")
                break
    except yaml.YAMLError as error:
        _stop(document, *_syntax(error, text))
    return document.readable


def _syntax(error: yaml.YAMLError, text: str) -> tuple[int | None, str, str]:
    """Line, message and hint for what the parser could not read."""
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark else None
    if line is not None and any(_TAB.match(part) for part in text.splitlines()[max(0, line - 2) : line]):
        near = [at for at in (line - 1, line) if _TAB.match(text.splitlines()[at - 1])]
        return near[0], "the line is indented with a tab.", "indent with spaces."
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "it is not YAML")
    return line, f"this cannot be read: {problem}.", "look at this line and the one above: a colon, quote or bracket."


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _value(node: yaml.Node, at: Location, document: YamlText) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, at, document)
    if isinstance(node, yaml.SequenceNode):
        for number, entry in enumerate(node.value):
            document.lines[*at, number] = _line(entry)
        return [_value(entry, (*at, number), document) for number, entry in enumerate(node.value)]
    return str(node.value)


def _mapping(node: yaml.MappingNode, at: Location, document: YamlText) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            document.mistakes.append(
                Mistake(_line(key_node), key_name(at), "a key must be a word.", "write 'key: value'.")
            )
            continue
        here = (*at, str(key_node.value))
        if key_node.value in tree:
            first = document.lines[here]
            message = f"this key stands twice, first in line {first}."
            document.mistakes.append(Mistake(_line(key_node), key_name(here), message, "keep one of them."))
            continue
        document.lines[here] = _line(key_node)
        tree[str(key_node.value)] = _value(value_node, here, document)
    return tree
