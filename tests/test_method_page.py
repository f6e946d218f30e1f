"""Every threshold that docs/method.md and the report's own statement name is the one that the code applies."""

import ast
import platform
import re
import sys
from importlib.metadata import version
from pathlib import Path

import pandas as pd
import pytest

from review_kit.checkpoint.fingerprint import LIBRARIES
from review_kit.desk.computed_with import COMPUTING, computed_with
from review_kit.initiatives import DEFAULT_RULES
from review_kit.model.profile import PROFILES, Profile
from review_kit.narrative import explained_statement, method_statement, outlook_statement
from review_kit.outlook import INTERVAL
from review_kit.outlook.calibration import FEWEST_CASES, FEWEST_KPIS
from review_kit.outlook.candidates import METHODS, NAIVE, WITH_SEASON
from review_kit.outlook.choice import BETTER, CLEARLY_BETTER, FEWEST_TO_CHOOSE, PRIOR_CHECKS
from review_kit.outlook.smoothing import ALPHAS
from review_kit.params import Guardrails, Scoring, find_checkpoint
from review_kit.risks import DEFAULT_BANDS
from review_kit.scaffold import new_workspace
from review_kit.scoring import ScoringRules
from review_kit.scoring.sensitivity import LIMIT_STEP, WEIGHT_STEP
from review_kit.signals import RULE_SETS
from review_kit.signals.behaviour import TRIAL_LIMITS_BELOW
from review_kit.signals.judging import MIN_POINTS
from review_kit.signals.xmr import LIMIT_FACTOR, SCREEN_FACTOR
from review_kit.targets import ResetRules

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "review_kit"
RULE_LAYERS = ("scoring", "signals", "outlook", "initiatives", "risks", "stakeholders", "smart", "findings", "targets")
BANDS = DEFAULT_BANDS
PAGE = re.sub(r"\s+", " ", (ROOT / "docs" / "method.md").read_text(encoding="utf-8"))


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


def test_the_outlook_is_stated_with_its_methods_its_choice_its_checks_and_what_was_chosen_here():
    models = pd.Series([NAIVE, WITH_SEASON, "", NAIVE, None])
    told = {term: words.replace("\u202f", " ") for term, words in outlook_statement(models, year_is_over=False)}
    chosen, methods = told["Outlook to the year end"], told["Methods of the outlook"]
    assert f"at least {FEWEST_TO_CHOOSE} past forecasts" in chosen
    assert f"at most {CLEARLY_BETTER:.0%} of the usual one's, {PRIOR_CHECKS} checks".replace("%", " %") in chosen
    assert f"{BETTER:.0%} is enough for".replace("%", " %") in chosen
    assert chosen.endswith(f"Here: 2 KPIs by {NAIVE} and 1 KPI by {WITH_SEASON}.")
    assert all(f"{name}: {words}" in methods for name, words in METHODS.items())
    assert f"from {min(ALPHAS)} to {max(ALPHAS):g}" in methods
    assert f"{INTERVAL:.0%} of outcomes".replace("%", " %") in told["Interval and chance of the outlook"]
    assert f"Fewer than {FEWEST_CASES} cases or {FEWEST_KPIS} KPIs" in told["Whether chances can be believed"]
    over = dict(outlook_statement(pd.Series([""]), year_is_over=True))["Outlook to the year end"]
    assert over.startswith("The year is over: its forecast is the actual.")
    assert "Here:" not in over


def test_every_profile_by_which_a_kpi_was_scored_is_stated_with_its_own_limits():
    scoring = ScoringRules(thresholds={"bands": (0.93, 0.71)}, weights="target")
    terms = method_statement(scoring, RULE_SETS["nhs_r"], ResetRules(), profiles=["progress", "bands", "goal_redflag"])
    told = {term: words.replace("\u202f", " ") for term, words in terms}
    assert "93 or more, near from 71" in told["KPIs scored by achievement bands"]
    # a third and two thirds of the source's ten points
    assert "0 at the red flag (3.3 of 10), 100 at the goal (6.7 of 10)" in told["KPIs scored by goal and red flag"]
    assert "Healthy People" in told["Score"]
    assert told["Objectives and strategy"].startswith("Means weighted by the targets of KPIs that count one unit")
    assert len([term for term in told if term.startswith("KPIs scored by")]) == 2


def test_the_statement_names_the_versions_of_all_that_the_rules_are_made_of():
    imported = set()
    for layer in RULE_LAYERS:
        for path in PACKAGE.glob(f"{layer}*"):
            for file in [path] if path.suffix == ".py" else path.rglob("*.py"):
                imported |= {name.partition(".")[0] for name in _imports(file)}
    assert imported - sys.stdlib_module_names - {"review_kit"} == set(COMPUTING)
    said = computed_with()
    assert said.startswith(f"review_kit {version('review-kit')}, Python {platform.python_version()}, ")
    assert all(f"{name} {version(name)}" in said for name in COMPUTING)
    assert set(COMPUTING) <= set(LIBRARIES)  # a change of any of them makes a review run anew


def _imports(file: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        if isinstance(node, ast.ImportFrom):
            found.add(node.module)
    return found


@pytest.mark.parametrize("module", ["method", "outlook", "signals", "explained"])
def test_no_number_of_the_statement_is_written_by_hand(module):
    """But for the ends of the scale, years of sources, and numbers that a sentence is about."""
    tree = ast.parse((PACKAGE / "narrative" / f"{module}.py").read_text(encoding="utf-8"))
    described = {id(node.body[0].value) for node in ast.walk(tree) if _has_docstring(node)}
    texts = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in described
    ]
    written = {number for text in texts for number in re.findall(r"(?<![\w.])\d+(?:\.\d+)?", text)}
    assert {number for number in written if not re.fullmatch(r"(19|20)\d\d", number)} <= {"0", "100"}


def _has_docstring(node: ast.AST) -> bool:
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    return isinstance(node, kinds) and ast.get_docstring(node) is not None


def test_a_new_workspace_writes_out_the_usual_rules_as_they_are(tmp_path):
    new_workspace(tmp_path / "new", 2025)
    params, _ = find_checkpoint("2025", tmp_path / "new" / "params")
    assert params.scoring == Scoring()
    assert params.reset.guardrails == Guardrails()
    assert ScoringRules.of(params.scoring) == ScoringRules()
