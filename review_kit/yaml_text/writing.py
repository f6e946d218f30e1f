"""Text as YAML that people go on editing."""

from typing import Any

import yaml

_WIDTH = 100


def as_yaml(tree: dict[str, Any]) -> str:
    """Dicts, lists and text in the order they are given; a blank line between the top keys that hold more keys."""
    parts = [
        yaml.safe_dump({name: value}, sort_keys=False, allow_unicode=True, width=_WIDTH, default_flow_style=False)
        for name, value in tree.items()
    ]
    text = ""
    for part in parts:
        text += ("\n" if text and part.count("\n") > 1 else "") + part
    return text
