"""Every threshold that docs/method.md names is the one that the code applies."""

import re
from pathlib import Path

import pytest

from review_kit.initiatives import DEFAULT_RULES
from review_kit.model.profile import PROFILES, Profile
from review_kit.narrative import explained_statement
from review_kit.risks import DEFAULT_BANDS
from review_kit.scoring import ScoringRules
from review_kit.scoring.sensitivity import LIMIT_STEP, WEIGHT_STEP
from review_kit.signals.behaviour import TRIAL_LIMITS_BELOW
from review_kit.signals.judging import MIN_POINTS
from review_kit.signals.xmr import LIMIT_FACTOR, SCREEN_FACTOR
from review_kit.targets import ResetRules

BANDS = DEFAULT_BANDS
PAGE = re.sub(r"\s+", " ", (Path(__file__).parents[1] / "docs" / "method.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "told",
    [
        f"mean ± {LIMIT_FACTOR} × mean moving range",
        f"{SCREEN_FACTOR} times their mean",
        f"Fewer than {MIN_POINTS} values have no limits and no signal; limits of fewer than {TRIAL_LIMITS_BELOW} are",
        f"slip of {DEFAULT_RULES.late_days} days or more",
        f"{DEFAULT_RULES.behind_points:.0f} percentage points or more behind",
        f"overspent means {DEFAULT_RULES.overspent:.0%} or more".replace("%", " %"),
        f"moderate from {BANDS.moderate}, high from {BANDS.high}, critical from {BANDS.critical}",
        f"{ResetRules().percent:.0%} better than the level reached".replace("%", " %"),
        f"{WEIGHT_STEP:.0%} heavier and lighter".replace("%", " %"),
        f"{100 * LIMIT_STEP:.0f} points higher and lower",
    ],
)
def test_the_page_of_the_method_names_the_thresholds_that_are_applied(told):
    assert told in PAGE


def test_what_explains_a_review_is_stated_with_what_was_really_tried():
    terms = dict(explained_statement(ScoringRules()))
    tried = terms["Conclusions that do not survive"].replace("\u202f", " ")
    assert f"a weight {100 * WEIGHT_STEP:.0f} % heavier or lighter; a limit {100 * LIMIT_STEP:.0f} points" in tried
    assert "add up as printed" in terms["What drove a change"]
    worst = ScoringRules.published(Profile.BANDS)
    assert PROFILES[Profile.BANDS].rollup == worst.rollup == "worst"
    assert dict(explained_statement(worst))["What drove a change"].startswith("The score of the whole is the worst")
