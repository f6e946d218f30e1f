"""What every part of the parameters keeps."""

from pydantic import BaseModel, ConfigDict

HIGHEST_SHARE = 10.0  # 1.0 is 100 %; anything like 90 was meant in percent


class Strict(BaseModel):
    """Frozen, and no key that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
