"""Whether an objective is kept, sharpened or retired, and which change outside asks for a new one."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_kit.narrative import objectives_lead
from review_kit.objectives import review_objectives

ON_TARGET = {"score": 1.05, "previous_score": 0.9, "status": "on target", "n_kpis": 3, "n_scored": 3, "n_met": 3}
OFF_TARGET = {"score": 0.5, "previous_score": 0.4, "status": "off target", "n_kpis": 3, "n_scored": 3, "n_met": 1}
SOUND = {"objective_id": "O1", "fit": "keep", "status": "on track", "proposal": "continue"}


def frame(columns, rows):
    blank = dict.fromkeys(columns)
    return pd.DataFrame([{**blank, **row} for row in rows], columns=list(columns))


def test_an_objective_that_was_just_taken_up_is_to_get_a_kpi_and_not_to_be_retired():
    [proposal], [rule] = (reviewed({}, status="new")[name] for name in ("proposal", "rule"))
    assert (proposal, rule) == ("sharpen", "new, and nothing measures it yet")
    assert reviewed({**ON_TARGET}, status="new")["rule"].tolist() == ["on target"]


def reviewed(rollup, *, initiatives=(), risks=(), changes=(), status="active"):
    """One objective O1 as these tables show it."""
    objectives = pd.DataFrame({
        "objective_id": ["O1"], "name": ["Serve better"], "perspective": ["P"], "owner": ["Ann"], "status": [status],
    })  # fmt: skip
    rows = pd.DataFrame([{"id": "O1", **rollup}] if rollup else [], columns=["id", *ON_TARGET])
    portfolio = frame(
        ["initiative_id", "objective_id", "fit", "status", "proposal", "decided", "rule"],
        [
            {
                "objective_id": "O1",
                "fit": "keep",
                "status": "on track",
                "proposal": "continue",
                "rule": "on plan",
                **one,
            }
            for one in initiatives
        ],
    ).assign(percent_complete=50.0)
    threats = frame(
        ["risk_id", "objective_id", "band", "is_open"],
        [{"objective_id": "O1", "band": "high", "is_open": True, **one} for one in risks],
    )
    around = frame(
        ["change_id", "description", "objective_id", "effect", "likelihood", "impact"],
        [{"change_id": "X1", "description": "It changes.", "objective_id": "O1", **one} for one in changes],
    ).astype({"likelihood": "float64", "impact": "float64"})
    return review_objectives(objectives, rows, portfolio, threats, around)


WEIGHTY, LIGHT = {"likelihood": 3.0, "impact": 5.0}, {"likelihood": 2.0, "impact": 5.0}
LOST = {"fit": "lost", "proposal": "stop"}
LATE = {"proposal": "accelerate"}
AS_DECIDED = {"proposal": "stop", "decided": "continue"}
UNJUDGED = {"rule": "nothing to judge by"}
NEAR = {**OFF_TARGET, "score": 0.9, "previous_score": 0.8, "status": "near"}
ANOTHER_COURSE = "short of target, and most of what works on it needs another course"


@pytest.mark.parametrize(
    ("rollup", "around", "proposal", "rule"),
    [
        ({}, {}, "retire", "nothing measures it or works on it"),
        ({}, {"initiatives": [{}]}, "sharpen", "nothing measures it"),
        (OFF_TARGET, {"initiatives": [LOST]}, "retire", "short of target, and all that works on it lost its fit"),
        (ON_TARGET, {"initiatives": [LOST]}, "keep", "on target"),
        ({**ON_TARGET, "previous_score": 1.0}, {}, "retire", "reached twice, and nothing works on it any more"),
        ({**ON_TARGET, "previous_score": 1.0}, {"risks": [{}]}, "keep", "on target"),
        ({**ON_TARGET, "previous_score": 1.0}, {"changes": [WEIGHTY]}, "keep", "on target"),
        ({**ON_TARGET, "previous_score": 1.0}, {"initiatives": [{}]}, "keep", "on target"),
        ({**ON_TARGET, "previous_score": 1.0, "n_met": 2}, {}, "keep", "on target"),
        ({**OFF_TARGET, "score": np.nan, "status": "not scored"}, {}, "sharpen", "too few of its KPIs can be judged"),
        (OFF_TARGET, {"changes": [LIGHT, WEIGHTY]}, "sharpen", "short of target while a weighty change bears on it"),
        ({}, {"initiatives": [{"rule": "done"}]}, "retire", "nothing measures it or works on it"),
        (OFF_TARGET, {"changes": [LIGHT]}, "keep", "short of target, and getting nearer"),
        ({**OFF_TARGET, "previous_score": 0.5}, {}, "sharpen", "off target, and no nearer than before"),
        ({**OFF_TARGET, "previous_score": np.nan}, {}, "keep", "short of target"),
        (OFF_TARGET, {"initiatives": [LATE, {}]}, "keep", "short of target, and getting nearer"),
        (OFF_TARGET, {"initiatives": [AS_DECIDED, AS_DECIDED]}, "keep", "short of target, and getting nearer"),
        (OFF_TARGET, {"initiatives": [{"decided": "stop"}]}, "sharpen", ANOTHER_COURSE),
        ({**OFF_TARGET, "previous_score": 0.497}, {}, "sharpen", "off target, and no nearer than before"),
        ({**NEAR, "previous_score": 0.95}, {}, "keep", "short of target"),
        ({**NEAR, "previous_score": 0.9}, {}, "keep", "short of target"),
        (NEAR, {}, "keep", "short of target, and getting nearer"),
        ({}, {"initiatives": [UNJUDGED]}, "sharpen", "nothing measures it"),
        ({**ON_TARGET, "previous_score": 1.0}, {"initiatives": [UNJUDGED]}, "keep", "on target"),
        (
            OFF_TARGET,
            {"initiatives": [LATE, LATE, {}]},
            "sharpen",
            ANOTHER_COURSE,
        ),
    ],
)
def test_the_first_rule_that_holds_proposes(rollup, around, proposal, rule):
    got = reviewed(rollup, **around).iloc[0]
    assert (got["proposal"], got["rule"]) == (proposal, rule)


def test_the_figures_behind_a_proposal_are_told():
    got = reviewed(OFF_TARGET, initiatives=[LATE, {}], risks=[{}, {"is_open": False}], changes=[WEIGHTY]).iloc[0]
    assert got["why"].replace("\u202f", " ") == (
        "It scores 50 of 100 (+10 since the last review); 1 of 3 KPIs met the target. Against it: 1 of 2 open "
        "initiatives off course and 1 high or critical risk. The weightiest change, 15 of 25: It changes."
    )


def test_what_is_done_works_on_it_no_more_and_what_is_retired_is_not_asked_about():
    done = reviewed({**ON_TARGET, "previous_score": 1.2}, initiatives=[{"rule": "done"}]).iloc[0]
    assert (done["initiatives"], done["active"], done["proposal"]) == (1, 0, "retire")
    assert reviewed(ON_TARGET, status="retired").empty


def test_a_weighty_change_that_bears_on_no_objective_asks_for_a_new_one_and_a_light_one_does_not():
    homeless = {"objective_id": None, "effect": "threat"}
    got = reviewed(
        ON_TARGET,
        changes=[{**homeless, **LIGHT}, {**homeless, **WEIGHTY, "change_id": "X2"}, {**homeless, "change_id": "X3"}],
    )
    new = got[got["proposal"].eq("new")]
    assert new[["subject", "subject_kind", "why"]].to_numpy().tolist() == [
        ["X2", "change", "A threat of 15 of 25, which no objective takes up."]
    ]
    assert got["changes"].tolist() == [0, 1]


def test_a_change_that_bears_on_a_retired_objective_bears_on_none():
    assert reviewed(ON_TARGET, changes=[WEIGHTY], status="retired")["proposal"].tolist() == ["new"]


def test_the_part_opens_with_what_is_proposed():
    kept = reviewed(ON_TARGET).assign(decided=np.nan)
    assert objectives_lead(kept) == "The rules propose to keep the one objective."
    asked = reviewed(OFF_TARGET, changes=[WEIGHTY, {**WEIGHTY, "objective_id": None, "change_id": "X2"}])
    assert objectives_lead(asked.assign(decided=["sharpen", None])) == (
        "Of 1 objective, the rules propose to sharpen 1; 1 weighty change outside bears on no objective. "
        "People have decided on 1 of them."
    )
    many = pd.concat([asked.head(1)] * 12).assign(decided=np.nan)
    assert objectives_lead(many) == (
        "Of 12 objectives, the rules propose to sharpen 12 "
        "(all of these by one rule, “short of target while a weighty change bears on it”)."
    )


@settings(deadline=None)
@given(
    st.sampled_from(["on target", "near", "off target"]),
    st.one_of(st.just(float("nan")), st.floats(-1, 2)),
    st.one_of(st.just(float("nan")), st.floats(-1, 2)),
    st.integers(0, 4),
    st.integers(1, 5),
)
def test_every_objective_gets_one_proposal_with_a_rule_and_its_figures(status, score, previous, kpis, likelihood):
    rollup = {
        "score": score,
        "previous_score": previous,
        "status": status,
        "n_kpis": kpis,
        "n_scored": kpis,
        "n_met": 0,
    }
    got = reviewed(rollup, changes=[{"likelihood": likelihood, "impact": 3.0}])
    assert len(got) == 1
    assert got["proposal"].item() in {"keep", "sharpen", "retire"}
    assert got["rule"].item()
    assert got["why"].item().endswith(".")
