"""Params as people go on editing them: every proposed key with the reason for it."""

import json
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from review_kit.intake.ledger import shown
from review_kit.intake.raw import JOINT
from review_kit.model.words import INPUT_TABLES
from review_kit.scaffold.completing import Part
from review_kit.scaffold.filling_in import Derived
from review_kit.scaffold.proposal import Proposal

_WIDTH = 110


def sources_yaml(parts: Mapping[str, Part], path: str, doubts: Sequence[str]) -> str:
    """The key `sources` below its heading, a block per table; `doubts` are the questions about the file as a whole."""
    blocks = ["".join(_comment(f"? {doubt}") for doubt in doubts)] if doubts else []
    blocks += [_proposed(part, path) if isinstance(part, Proposal) else _derived(part) for part in parts.values()]
    absent = [table for table in INPUT_TABLES if table not in parts]
    if absent:
        line = f"'{absent[0]}: data/{absent[0]}.csv'"
        told = f"Nothing in the file looks like {', '.join(absent)}. Add a line such as {line} when you have them; "
        blocks.append(_comment(told + "docs/data-contract.md lists their columns."))
    return "\n".join(blocks)


def _comment(text: str, indent: str = "  ") -> str:
    wrapped = textwrap.wrap(_plain(text), _WIDTH - len(indent) - 2, break_long_words=False, break_on_hyphens=False)
    return "".join(f"{indent}# {line}\n" for line in wrapped)


def _plain(text: str) -> str:
    """One line without what could end a comment or hide in it."""
    return " ".join(shown(word) for word in text.split())


def _explained(line: str, why: str) -> str:
    """The line with the reason behind it, or above it where both are too long for one line."""
    told = _plain(why)
    if not told or len(line) + len(told) + 5 <= _WIDTH:
        return f"{line}{'   # ' if told else ''}{told}\n"
    return _comment(why, indent=" " * (len(line) - len(line.lstrip()))) + f"{line}\n"


def quoted(text: str) -> str:
    """A text as YAML holds it in double quotes; what cannot be seen is written as its number."""
    told = json.dumps(text, ensure_ascii=False)
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in told)


def _flow(value: Any) -> str:
    """A list, a mapping or a text on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{quoted(name)}: {_flow(part)}" for name, part in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(_flow(part) for part in value) + "]"
    return quoted(value)


def _derived(part: Derived) -> str:
    text = _comment(f"{part.table}: {part.why}.") + "".join(_comment(f"? {doubt}") for doubt in part.doubts)
    if not part.keys:
        return f"{text}  {part.table}: data/{part.table}.csv\n"
    keys = "".join(_key(name, value, "as in the file it was made of") for name, value in part.keys.items())
    return f"{text}  {part.table}:\n    path: data/{part.table}.csv\n{keys}"


def _proposed(part: Proposal, path: str) -> str:
    source, rows = part.sheet.source, part.sheet.n_rows
    record = f"{'column' if source.transpose else 'row'}{'' if rows == 1 else 's'}"
    told = f"{part.table}: {part.place}, {part.headings_place}, {rows:,} {record}."
    text = _comment(told) + "".join(_comment(f"? {doubt}") for doubt in part.doubts)
    text += f"  {part.table}:\n    path: {quoted(path)}\n"
    if source.sheet:
        text += f"    sheet: {quoted(source.sheet)}\n"
    if source.header_row > 1:
        text += f"    header_row: {source.header_row}\n"
    if source.header_rows > 1:
        why = f"joined by '{JOINT}'; a heading above holds for those beside it"
        text += _explained(f"    header_rows: {source.header_rows}", why)
    if source.transpose:
        text += "    transpose: true\n"
    if not source.sheet and source.delimiter != ",":
        text += f"    delimiter: {quoted(source.delimiter)}\n"
    if source.encoding != "utf-8":
        text += f"    encoding: {source.encoding}\n"
    text += _columns(part)
    return text + "".join(_key(name, value, part.why.get(name, "")) for name, value in part.keys.items())


def _columns(part: Proposal) -> str:
    """Only what is called otherwise there; our own names are found without a word."""
    mapped = {ours: theirs for ours, theirs in part.columns.items() if theirs != (ours,)}
    if not mapped:
        return ""
    lines = ["    columns:                         # ours: theirs\n"]
    for ours, theirs in mapped.items():
        value = quoted(theirs[0]) if len(theirs) == 1 else _flow(list(theirs))
        look = "please look: " if ours in part.unsure else ""
        lines.append(_explained(f"      {ours}: {value}", look + part.why.get(ours, "")))
    return "".join(lines)


def _key(name: str, value: Any, why: str) -> str:
    if name == "melt":
        ((ours, entries),) = value.items()
        told = [heading if heading == label else {heading: label} for heading, label in entries]
        return (
            _explained("    melt:", why) + f"      {ours}:\n" + "".join(f"        - {_flow(entry)}\n" for entry in told)
        )
    if isinstance(value, Mapping) and any(isinstance(part, Mapping) for part in value.values()):
        return _explained(f"    {name}:", why) + "".join(
            f"      {ours}: {_flow(words)}\n" for ours, words in value.items()
        )
    return _explained(f"    {name}: {_flow(value)}", why)
