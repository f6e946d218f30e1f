"""docs/intake.md knows every fault that intake can tell, and its recipes can be read."""

import re

import pytest
import yaml
from workspaces import REPOSITORY

from review_kit.params.model import Source
from review_kit.schema import INPUTS

GUIDE = (REPOSITORY / "docs" / "intake.md").read_text(encoding="utf-8")
CODE = re.compile(r'"([a-z]+(?:-[a-z]+)+)"')
NO_FAULTS = {"covered-table-cell", "encryption-data"}  # names of XML in .ods
BY_COLUMN = {f"bad-{column}" for table in INPUTS.values() for column in table.columns}


def told() -> set[str]:
    """The codes that stand in the code of intake."""
    texts = [path.read_text(encoding="utf-8") for path in (REPOSITORY / "review_kit" / "intake").rglob("*.py")]
    return {code for text in texts for code in CODE.findall(text)} - NO_FAULTS


def explained() -> set[str]:
    return set(re.findall(r"^\| `([a-z-]+)` \| [^|]+ \| [^|]+ \|$", GUIDE.partition("## Every fault")[2], re.MULTILINE))


def test_every_fault_is_explained_and_none_that_is_never_told():
    assert explained() - BY_COLUMN == told() - BY_COLUMN


@pytest.mark.parametrize("recipe", re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL))
def test_every_recipe_is_a_source_that_params_take(recipe):
    for table, source in yaml.safe_load(recipe).items():
        assert set(source.get("columns", {})) <= set(INPUTS[table].columns)
        Source.model_validate(source)


def test_every_declared_key_is_one_of_a_source():
    part = GUIDE.partition("## Every declaration")[2].partition("\n## ")[0]
    keys = re.findall(r"^\| `(\w+)` \| `(\w+):", part, re.MULTILINE)
    assert keys
    assert all(key == used and key in Source.model_fields for key, used in keys)
