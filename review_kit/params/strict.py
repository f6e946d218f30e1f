"""What all parts of a parameter file have in common."""

from typing import Any

from pydantic import BaseModel, ConfigDict


class Strict(BaseModel):
    """Frozen, and no key that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def as_list(value: Any) -> Any:
    """One text where a list may stand."""
    return [value] if isinstance(value, str) else value
