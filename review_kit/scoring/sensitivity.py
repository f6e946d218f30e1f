"""Which conclusions would fall if the review had been set up a little differently, and how little it takes.

Each choice is changed alone: every weight (exactly, by search along the weight, nothing is drawn at random), the way
of rolling up, each KPI left out, what stands for missing values, the limits of a status. Source: OECD and JRC, Handbook
on constructing composite indicators, 2008, step 7, uncertainty and sensitivity analysis, here one at a time.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from review_kit.model.profile import Rollup
from review_kit.model.words import Level, Status
from review_kit.scoring.families import STATUSES, Floats, Ints, Limits
from review_kit.scoring.reweighting import Path, Tree

WEIGHT_STEP = 0.2  # a weight is a judgement: what a fifth more or less of one turns rests on that judgement
LIMIT_STEP = 0.05  # five points of a score: as near as a limit of 80 is to one of 75 or 85
STATUS, STRONGEST, WEAKEST = "status", "strongest", "weakest"
WEIGHT, LEFT_OUT, LIMIT, ROLL_UP, MISSING = "weight", "left out", "limit", "roll-up", "missing"
KPI = "kpi"

_HEAVIER = (0.05, 0.1, 0.15, WEIGHT_STEP, 0.3, 0.5, 1.0, 2.0)  # where the search looks first, then halves in between
_LIGHTER = (0.05, 0.1, 0.15, WEIGHT_STEP, 0.3, 0.5, 0.75, 0.9)
_HALVINGS = 24  # of a step of the search: a weight is then known to a millionth of a percent
_NOISE = 1e-12  # in binary arithmetic 0.8 - 0.75 is a little more than 0.05
_TEXTS = ("conclusion", "level", "id", "name", "now", "change", "by")
_KINDS = {**dict.fromkeys(_TEXTS, "str"), "takes": "float64", "becomes": "str", "holds": "bool"}
_LEVELS = (Level.STRATEGY, Level.PERSPECTIVE, Level.OBJECTIVE)

Outcome = Callable[[Floats], Ints]  # factors of each weight in turn -> a code of what follows


def sensitivity(
    scores: pd.DataFrame,
    rollup: pd.DataFrame,
    limits: Limits,
    *,
    others: Mapping[tuple[str, str], pd.DataFrame],
) -> pd.DataFrame:
    """One row per conclusion and change that was tried on it.

    Limits of what is rolled up are tried where the worst does not win; where it does, a status follows from those of
    single KPIs, whose limits are.

    `others` holds roll-ups of the same strategy by other choices, by (change, what it is), such as ('roll-up',
    'worst'). Columns: conclusion (status, strongest, weakest), level (strategy, perspective, objective, kpi), id, name,
    now (the status, or the id of the objective), change (weight, left out, limit, and those of `others`), by (the id
    of the KPI or objective whose weight it is, the limit's name, or what the other choice is), takes (weight: share
    of the weight, negative for lighter; limit: difference between scores; else missing), becomes (status or id),
    holds (whether the conclusion stands under this change). For weights and limits the row tells the least change that
    turns the conclusion, also where it lies beyond what is tried; `takes` is missing where none within reach does.
    """
    if rollup.empty:  # an edition may see no objective
        return pd.DataFrame(columns=list(_KINDS)).astype(_KINDS)
    limited = rollup.head(0) if rollup["method"].iloc[0] == Rollup.WORST else rollup
    parts = [
        *_by_weights(Tree.of(scores, rollup, limits), rollup),
        _by_limits(limited, scores, limits),
        *(_by_other(rollup, other, change, by) for (change, by), other in others.items()),
    ]
    table = pd.concat([part for part in parts if len(part)], ignore_index=True).reindex(columns=list(_KINDS))
    return table.astype(_KINDS)


def _by_weights(tree: Tree, rollup: pd.DataFrame) -> list[pd.DataFrame]:
    return [_statuses_by_weight(tree, rollup), _statuses_without_one(tree, rollup), _ends_of_weights(tree, rollup)]


def _first_turn(outcome: Outcome, n: int) -> tuple[Floats, Ints]:
    """Of each weight the least change that turns the outcome (nan: none within reach), and what it turns into."""
    now = outcome(np.ones(n))
    takes, becomes = np.full(n, np.nan), now.copy()
    for sign, steps in ((1.0, _HEAVIER), (-1.0, _LIGHTER)):
        low, high, found = np.zeros(n), np.zeros(n), np.zeros(n, dtype=bool)
        for before, step in zip((0.0, *steps), steps, strict=False):
            turned = ~found & (outcome(np.full(n, 1.0 + sign * step)) != now)
            low[turned], high[turned] = before, step
            found |= turned
        for _ in range(_HALVINGS if found.any() else 0):
            middle = (low + high) / 2
            turned = outcome(1.0 + sign * middle) != now
            high, low = np.where(found & turned, middle, high), np.where(found & ~turned, middle, low)
        nearer = found & ~(np.abs(takes) <= high)
        takes = np.where(nearer, sign * high, takes)
        becomes = np.where(nearer, outcome(1.0 + sign * high), becomes)
    return takes, becomes


def _statuses_by_weight(tree: Tree, rollup: pd.DataFrame) -> pd.DataFrame:
    """Of each status the weight that turns it first: of a KPI below it, or of an objective below it."""
    found = []
    for level in _LEVELS:
        found.append(_turns(tree, level, tree.with_kpi, tree.kpi_ids, tree.objective_of))
        if level is not Level.OBJECTIVE:  # an objective's own weight moves only what lies above it
            own = np.arange(len(tree.objective_ids), dtype=np.int64)
            found.append(_turns(tree, level, tree.with_objective, tree.objective_ids, own))
    turns = pd.concat(found, ignore_index=True)
    turns = turns[turns["takes"].notna()]
    turns = turns.assign(size=turns["takes"].abs()).sort_values(["size", "by"], kind="stable")
    least = turns.drop_duplicates(["level", "id"])
    table = _of_rollup(rollup).merge(least[["level", "id", "by", "takes", "becomes"]], on=["level", "id"], how="left")
    return table.assign(change=WEIGHT, holds=~table["takes"].abs().le(WEIGHT_STEP))


def _turns(
    tree: Tree, level: Level, changed: Callable[[Floats], Path], names: Sequence[str], objective: Ints
) -> pd.DataFrame:
    takes, becomes = _first_turn(lambda factor: changed(factor).at(level).status, len(names))
    return pd.DataFrame(
        {
            "level": str(level),
            "id": _ids_above(tree, level, objective),
            "by": np.array(names, dtype=object),
            "takes": takes,
            "becomes": _words(becomes),
        }
    )


def _ids_above(tree: Tree, level: Level, objective: Ints) -> np.ndarray:
    """The ids of the objectives, or of what lies above them at this level; the strategy has one id, told elsewhere."""
    if level is Level.OBJECTIVE:
        return np.array(tree.objective_ids, dtype=object)[objective]
    if level is Level.PERSPECTIVE:
        return np.array(tree.perspective_ids, dtype=object)[tree.perspective_of[objective]]
    return np.full(len(objective), tree.strategy_id, dtype=object)


def _words(codes: Ints) -> np.ndarray:
    return np.array([str(status) for status in STATUSES], dtype=object)[codes]


def _of_rollup(rollup: pd.DataFrame) -> pd.DataFrame:
    """The statuses that a review concludes on."""
    told = rollup[["level", "id", "name"]].assign(now=rollup["status"], conclusion=STATUS)
    return told.reset_index(drop=True)


def _statuses_without_one(tree: Tree, rollup: pd.DataFrame) -> pd.DataFrame:
    """Of each status the KPI without which it would be another; the one that matters least for what it holds up."""
    path = tree.with_kpi(np.zeros(len(tree.kpi_ids)))
    now = tree.with_kpi(np.ones(len(tree.kpi_ids)))
    found = []
    for level in _LEVELS:
        then, today = path.at(level).status, now.at(level).status
        turned = then != today
        ids = _ids_above(tree, level, tree.objective_of)[turned]
        by = np.array(tree.kpi_ids, dtype=object)[turned]
        found.append(pd.DataFrame({"level": str(level), "id": ids, "by": by, "becomes": _words(then[turned])}))
    turns = pd.concat(found, ignore_index=True)
    table = _of_rollup(rollup).merge(turns, on=["level", "id"], how="left")
    return table.assign(change=LEFT_OUT, takes=np.nan, holds=table["by"].isna())


def ranked_objectives(rollup: pd.DataFrame) -> pd.DataFrame:
    """The objectives that have a score, the strongest first; equals by their id."""
    scored = rollup[rollup["level"].eq(Level.OBJECTIVE) & rollup["score"].notna()]
    return scored.sort_values(["score", "id"], ascending=[False, True], kind="stable").reset_index(drop=True)


def _ends_of_weights(tree: Tree, rollup: pd.DataFrame) -> pd.DataFrame:
    """Of the strongest and the weakest objective the weight, or the KPI left out, that puts another in its place."""
    ranked = ranked_objectives(rollup)
    if len(ranked) < 2:  # noqa: PLR2004 - a strongest and a weakest are two
        return ranked.head(0)
    names = np.array(tree.objective_ids, dtype=object)
    rows = []
    for conclusion, order, sign in ((STRONGEST, ranked, 1.0), (WEAKEST, ranked[::-1].reset_index(drop=True), -1.0)):
        outcome = _end(tree, list(order["id"]), sign)
        end = {"conclusion": conclusion, "level": str(Level.OBJECTIVE), "id": order["id"].iloc[0]}
        end |= {"name": order["name"].iloc[0], "now": order["id"].iloc[0]}
        takes, becomes = _first_turn(outcome, len(tree.kpi_ids))
        sizes = np.where(np.isnan(takes), np.inf, np.abs(takes))
        least = int(np.lexsort([np.array(tree.kpi_ids, dtype=str), sizes])[0])
        if np.isnan(takes[least]):
            rows.append({**end, "change": WEIGHT, "takes": np.nan, "holds": True})
        else:
            turned = {"by": tree.kpi_ids[least], "becomes": names[becomes[least]]}
            holds = bool(abs(takes[least]) > WEIGHT_STEP)
            rows.append({**end, "change": WEIGHT, "takes": takes[least], "holds": holds, **turned})
        without = outcome(np.zeros(len(tree.kpi_ids)))
        gone = np.flatnonzero(names[without] != order["id"].iloc[0])
        left = [{"by": tree.kpi_ids[at], "becomes": names[without[at]], "holds": False} for at in gone]
        rows += [{**end, "change": LEFT_OUT, "takes": np.nan, **one} for one in left or [{"holds": True}]]
    return pd.DataFrame(rows)


def _end(tree: Tree, order: Sequence[str], sign: float) -> Outcome:
    """Which objective comes first in this order, after each weight's change; the sign is -1 where the lowest does."""
    place = {name: at for at, name in enumerate(order)}
    rank = np.array([place.get(name, len(place)) for name in tree.objective_ids])  # decides between equals
    first, second = (tree.objective_ids.index(name) for name in order[:2])
    score = tree.objectives.children.score
    rival = np.where(tree.objective_of == first, second, first)

    def outcome(factor: Floats) -> Ints:
        own = tree.with_kpi(factor).objective.score
        ahead = sign * (own - score[rival])
        wins = (ahead > _NOISE) | ((np.abs(ahead) <= _NOISE) & (rank[tree.objective_of] < rank[rival]))
        # a change elsewhere leaves the first where it is
        return np.where(wins, tree.objective_of, rival).astype(np.int64)

    return outcome


def _by_limits(rollup: pd.DataFrame, scores: pd.DataFrame, limits: Limits) -> pd.DataFrame:
    """Of each status, and of each KPI that missed its target, how far the nearer limit would have to move."""
    missed = scores[scores["met"].eq(other=False).fillna(value=False).astype(bool)]
    own = missed if "green" in missed else missed.assign(green=limits.green, amber=limits.amber)
    kpis = own[["name", "score", "green", "amber"]].assign(level=KPI, id=missed["kpi_id"], now=missed["status"])
    above = rollup[["level", "id", "name", "score"]].assign(
        now=rollup["status"], green=limits.green, amber=limits.amber
    )
    table = pd.concat([above, kpis], ignore_index=True)
    table = table[table["score"].notna() & table["now"].ne(Status.NOT_SCORED)].reset_index(drop=True)
    to_green, to_amber = table["green"] - table["score"], table["amber"] - table["score"]
    is_near, is_on = table["now"].eq(Status.NEAR), table["now"].eq(Status.ON_TARGET)
    held_back = is_near & (to_green <= 0)  # by a guardrail: no lower limit puts it on target
    green_first = is_on | (is_near & ~held_back & (to_green < -to_amber))
    becomes = np.select(
        [is_on, is_near & green_first, is_near],
        [Status.NEAR, Status.ON_TARGET, Status.OFF_TARGET],
        default=Status.NEAR,
    )
    takes = (-to_green).where(green_first, -to_amber)
    return table.drop(columns=["score", "green", "amber"]).assign(
        conclusion=STATUS,
        change=LIMIT,
        by=np.where(green_first, "green", "amber"),
        takes=takes,
        becomes=pd.Series(becomes, dtype="str"),
        holds=takes.abs() > LIMIT_STEP + _NOISE,
    )


def _by_other(rollup: pd.DataFrame, other: pd.DataFrame, change: str, by: str) -> pd.DataFrame:
    """Each status, the strongest and the weakest, as the other choice has them."""
    then = other.set_index(["level", "id"])["status"]
    table = _of_rollup(rollup)
    becomes = then.reindex(pd.MultiIndex.from_frame(table[["level", "id"]])).to_numpy()
    table = table.assign(becomes=becomes, holds=becomes == table["now"].to_numpy())
    ends = _ends(rollup).merge(_ends(other), on="conclusion", suffixes=("", "_then"))
    ends = ends.assign(now=ends["id"], becomes=ends["id_then"], holds=ends["id"].eq(ends["id_then"]))
    told = pd.concat([table, ends.drop(columns=["id_then", "name_then", "level_then"])], ignore_index=True)
    return told.assign(change=change, by=by, takes=np.nan)


def _ends(rollup: pd.DataFrame) -> pd.DataFrame:
    """The strongest and the weakest objective; none where fewer than two have a score."""
    ranked = ranked_objectives(rollup)[["level", "id", "name"]]
    if len(ranked) < 2:  # noqa: PLR2004 - a strongest and a weakest are two
        return ranked.head(0).assign(conclusion="")
    return ranked.iloc[[0, -1]].assign(conclusion=[STRONGEST, WEAKEST])
