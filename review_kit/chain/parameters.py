"""A notebook's parameters are what its parameters cell declares; anything else is refused before a kernel starts."""

import ast
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from review_kit.errors import UsageError
from review_kit.model.nearest import did_you_mean

TAG = "parameters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One annotated literal of the parameters cell."""

    name: str
    kind: str  # the annotation as written, such as 'str' or 'float | None'; without one, the type of the default
    default: Any


def is_number(value: object) -> bool:
    """A finite int or float; True and False are not numbers here."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


FITS: dict[str, Callable[[object], bool]] = {
    "str": lambda value: isinstance(value, str),
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "float": is_number,
    "bool": lambda value: isinstance(value, bool),
    "list": lambda value: isinstance(value, list),
    "dict": lambda value: isinstance(value, dict),
    "None": lambda value: value is None,
}


def declared_parameters(notebook: Mapping[str, Any], name: str) -> dict[str, Parameter]:
    """The parameters that the notebook called `name`, as JSON or as a node, takes, in the order it declares them.

    Raises:
        UsageError: its parameters cell holds something else than literals.

    """
    cells = [cell for cell in notebook["cells"] if TAG in cell["metadata"].get("tags", ())]
    if not cells:
        return {}
    try:
        source = "".join(cells[0]["source"])  # in a file it is a list of lines
        found = [read_declaration(line) for line in ast.parse(source).body]
    except (SyntaxError, ValueError) as error:
        msg = (
            f"{name}: the cell tagged 'parameters' cannot be read: {error}."
            '\nHint: it may hold lines such as `checkpoint: str = "2025"` and comments, nothing else.'
        )
        raise UsageError(msg) from error
    return {parameter.name: parameter for parameter in found}


def read_declaration(line: ast.stmt) -> Parameter:
    """One line of a parameters cell.

    Raises:
        ValueError: it is no assignment of a literal to a name.

    """
    match line:
        case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=ast.expr() as value):
            return Parameter(name=name, kind=ast.unparse(annotation).strip("'\""), default=ast.literal_eval(value))
        case ast.Assign(targets=[ast.Name(id=name)], value=value):
            default = ast.literal_eval(value)
            return Parameter(name=name, kind="None" if default is None else type(default).__name__, default=default)
    msg = f"line {line.lineno} is not the assignment of a literal to a name"
    raise ValueError(msg)


def check_parameters(notebook: Mapping[str, Any], values: Mapping[str, object], name: str) -> None:
    """Let pass only values for parameters that the notebook declares, each of the declared type.

    Raises:
        UsageError: for the first name or type that does not fit.

    """
    declared = declared_parameters(notebook, name)
    for key, value in values.items():
        if key not in declared:
            raise unknown_parameter(key, declared, name)
        if not fits(value, declared[key].kind):
            msg = (
                f"{name}: {key} = {value!r} is not of the type {declared[key].kind}."
                f"\nHint: its default is {declared[key].default!r}; numbers must be finite, and text stays text."
            )
            raise UsageError(msg)


def unknown_parameter(key: str, declared: Mapping[str, Parameter], name: str) -> UsageError:
    """Names the nearest parameter, or all that there are."""
    known = ", ".join(f"{parameter.name}: {parameter.kind}" for parameter in declared.values())
    hint = did_you_mean(key, declared, f"it takes {known or 'none'}.")
    return UsageError(f"{name} has no parameter called '{key}'.\nHint: {hint}")


def fits(value: object, kind: str) -> bool:
    """Whether the value is of one of the types joined by `|`; a type that is none of ours fits nothing."""
    names = [part.split("[")[0].strip() for part in kind.split("|")]
    return any(name in FITS and FITS[name](value) for name in names)


def check_template(template: Path, values: Mapping[str, object]) -> None:
    """Check the values against the notebook in this file, which no process has to be started for.

    Raises:
        UsageError: the file is no notebook, or a name or a type does not fit.

    """
    try:
        notebook = json.loads(template.read_text(encoding="utf-8"))
        check_parameters(notebook, values, template.stem)
    except (ValueError, KeyError) as error:
        msg = f"{template.name} is no notebook: {error}.\nHint: take it from git again, or save it in JupyterLab."
        raise UsageError(msg) from error
