"""How a review is explained, said with the steps that are really tried."""

from review_kit.model.profile import Rollup
from review_kit.narrative.sensitivity import how_tried, tried_words
from review_kit.scoring import ScoringRules


def explained_statement(scoring: ScoringRules) -> list[tuple[str, str]]:
    """Term and meaning of drivers and of sensitivity, as they follow the method statement."""
    drivers = (
        "Each KPI moved the score by what it scored, (score now − score then) × mean of its shares then and now, and "
        "by what weights made of it, (share now − share then) × (its mean score − the mean score of the whole). "
        "Segments move a rate likewise, and both sides of a ratio move it at the mean of then and now of the other. "
        "Parts are rounded by largest remainders, so that they add up as printed. Sources: Kitagawa 1955, Bennet 1920."
    )
    if scoring.rollup != Rollup.MEAN:
        drivers = f"{not_parted(scoring.rollup)} Segments move a rate by their level and by their share."
    tried = "; ".join(tried_words().values())
    sensitivity = (
        f"Tried: {tried}. {how_tried(scoring.rollup)} The least change of a weight or of a limit that turns a "
        "conclusion is searched for; nothing is drawn at random. Source: OECD and JRC, Handbook on constructing "
        "composite indicators."
    )
    return [("What drove a change", drivers), ("Conclusions that do not survive", sensitivity)]


def not_parted(method: str) -> str:
    """That the score of the whole is no sum of parts."""
    name = {Rollup.GEOMETRIC: "a geometric mean", Rollup.WORST: "the worst of its parts"}[Rollup(method)]
    return f"The score of the whole is {name}, so it cannot be taken apart by KPIs."
