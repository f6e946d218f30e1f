"""Small strategies as scores, objectives and their roll-up, for tests of what explains a review."""

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from review_kit.scoring import roll_up

LIMITS = {"organisation": "Org", "green": 1.0, "amber": 0.8, "cap": 1.2, "min_confidence": 0.5}


def strategy(*kpis, weights=(1.0, 1.0, 1.0), guardrails=(), method="mean"):
    """Scores from (kpi_id, objective, weight, score), their objectives, and the roll-up.

    O1 and O2 belong to Customer, O3 to Process.
    """
    scores = pd.DataFrame(kpis, columns=["kpi_id", "objective_id", "weight", "score"])
    scores["score"] = scores["score"].astype("float64")
    known = scores["score"].notna()
    met = [bool(score >= 1) if ok else None for score, ok in zip(scores["score"], known, strict=True)]
    words = [~known, scores["score"] >= 1, scores["score"] >= 0.8]
    scores = scores.assign(
        name=scores["kpi_id"].str.upper(),
        confidence=1.0,
        guardrail=scores["kpi_id"].isin(guardrails),
        met=pd.array(met, dtype="boolean"),
        status=np.select(words, ["not scored", "on target", "near"], default="off target"),
    )
    objectives = pd.DataFrame(
        {
            "objective_id": ["O1", "O2", "O3"],
            "name": ["One", "Two", "Three"],
            "perspective": ["Customer", "Customer", "Process"],
            "weight": list(weights),
            "status": "active",
        }
    )
    return scores, objectives, roll_up(scores, objectives, **LIMITS, method=method)


_SCORED = st.one_of(st.none(), st.integers(-50, 150).map(lambda points: points / 100))
REVIEWS = st.lists(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from(["O1", "O2", "O3"]), st.integers(0, 5).map(float), _SCORED),
    min_size=1,
    max_size=8,
    unique_by=lambda kpi: kpi[0],
)
