"""Parameters are refused before a kernel starts."""

import pytest

from review_kit.chain.parameters import check_parameters, declared_parameters
from review_kit.errors import UsageError


def notebook(source):
    return {"cells": [{"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": source}]}


DECLARING = notebook(
    'checkpoint: str = "2025"  # a year, a quarter or a month\nthreshold: float = 0.5\nsteps: int = 3\n'
    'strict: bool = False\nonly: "list[str] | None" = None\nlabel = "x"'
)


def test_annotated_literals_are_the_parameters_in_their_order():
    found = declared_parameters(DECLARING, "02")
    assert [(p.name, p.kind, p.default) for p in found.values()] == [
        ("checkpoint", "str", "2025"),
        ("threshold", "float", 0.5),
        ("steps", "int", 3),
        ("strict", "bool", False),
        ("only", "list[str] | None", None),
        ("label", "str", "x"),
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("checkpoint", "2026_1"),
        ("checkpoint", "010"),
        ("checkpoint", "nan"),
        ("threshold", 1),
        ("threshold", -2.5),
        ("steps", 0),
        ("strict", True),
        ("only", None),
        ("only", ["a"]),
        ("label", ""),
    ],
)
def test_a_value_of_the_declared_type_passes(name, value):
    check_parameters(DECLARING, {name: value}, "02")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("checkpoint", 2025),
        ("checkpoint", None),
        ("threshold", "0.5"),
        ("threshold", True),
        ("threshold", float("nan")),
        ("threshold", float("inf")),
        ("steps", 3.0),
        ("steps", False),
        ("strict", 1),
        ("only", "a"),
        ("label", 1),
    ],
)
def test_a_value_of_another_type_is_refused_and_not_converted(name, value):
    with pytest.raises(UsageError, match=f"02_kpi_scoring: {name} = .* is not of the type"):
        check_parameters(DECLARING, {name: value}, "02_kpi_scoring")


def test_an_unknown_name_is_refused_with_the_nearest_known_one():
    with pytest.raises(UsageError, match=r"no parameter called 'treshold'\.\nHint: did you mean 'threshold'\?"):
        check_parameters(DECLARING, {"treshold": 0.5}, "02")


def test_an_unknown_name_that_resembles_nothing_is_refused_with_all_that_there_are():
    with pytest.raises(UsageError, match=r"Hint: it takes checkpoint: str\."):
        check_parameters(notebook('checkpoint: str = "2025"'), {"zzz": 1}, "02")


def test_a_notebook_without_a_parameters_cell_takes_none():
    with pytest.raises(UsageError, match=r"Hint: it takes none\."):
        check_parameters({"cells": []}, {"checkpoint": "2025"}, "02")


@pytest.mark.parametrize("source", ["import os", "x = len('a')", "x: str = f()", "x = = 2", "a, b = 1, 2"])
def test_a_parameters_cell_that_holds_more_than_literals_is_refused(source):
    with pytest.raises(UsageError, match="cannot be read"):
        check_parameters(notebook(source), {}, "02")
