"""YAML as people write it: every plain value stays text with its line, and every mistake is found at once."""

from review_kit.yaml_text.mistakes import Mistake, mistakes_of, raise_for, shown_path
from review_kit.yaml_text.reading import YamlText, read_yaml_text
from review_kit.yaml_text.scalars import Day, Flag, Line, Number, SafeName, Text, Whole
from review_kit.yaml_text.writing import as_yaml

__all__ = [
    "Day",
    "Flag",
    "Line",
    "Mistake",
    "Number",
    "SafeName",
    "Text",
    "Whole",
    "YamlText",
    "as_yaml",
    "mistakes_of",
    "raise_for",
    "read_yaml_text",
    "shown_path",
]
