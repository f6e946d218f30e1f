"""One table of a cycle on its way from text to sound rows."""

from dataclasses import dataclass

import pandas as pd

from review_kit.intake.coded import Coded
from review_kit.intake.convert import Converter
from review_kit.intake.ledger import Ledger
from review_kit.params import Source


@dataclass(slots=True)
class Part:
    """What was read, what it was converted to, and what was said of it."""

    ledger: Ledger
    frame: pd.DataFrame
    words: dict[str, Coded]  # the columns of the frame that hold texts, numbered
    source: Source
    converter: Converter
