"""What is said of all objectives together once the rules have looked at them."""

import pandas as pd

from review_kit.model import figures
from review_kit.model.words import ObjectiveProposal

_TOLD_ONE_BY_ONE = 10  # of more the reader is told why most of them are asked about


def objectives_lead(reviewed: pd.DataFrame) -> str:
    """How many to keep, to sharpen and to retire, how many were decided, and what asks for a new one."""
    standing = reviewed[reviewed["subject_kind"].eq("objective")]
    if standing.empty:
        return "This cycle names no objectives."
    words = (ObjectiveProposal.KEEP, ObjectiveProposal.SHARPEN, ObjectiveProposal.RETIRE)
    counts = {word: int(standing["proposal"].eq(word).sum()) for word in words}
    if counts[ObjectiveProposal.KEEP] == len(standing):
        few = {1: "the one objective", 2: "both objectives"}
        kept = few.get(len(standing), f"all {figures.number(len(standing))} objectives")
        told = f"The rules propose to keep {kept}"
    else:
        asked = figures.listed(f"to {word} {figures.number(count)}" for word, count in counts.items() if count)
        told = f"Of {figures.plural(len(standing), 'objective')}, the rules propose {asked}"
    why = standing.loc[standing["proposal"].ne(ObjectiveProposal.KEEP), "rule"].value_counts()
    if why.sum() > _TOLD_ONE_BY_ONE:
        most = "all" if why.iloc[0] == why.sum() else figures.number(int(why.iloc[0]))
        told += f" ({most} of these by one rule, “{why.index[0]}”)"
    new = len(reviewed) - len(standing)
    if new:
        bear = "bears" if new == 1 else "bear"
        told += f"; {figures.plural(new, 'weighty change')} outside {bear} on no objective"
    open_ones = reviewed["proposal"].ne(ObjectiveProposal.KEEP)
    decided = int((open_ones & reviewed["decided"].notna()).sum())
    if decided:
        told += f". People have decided on {figures.number(decided)} of them"
    return f"{told}."
