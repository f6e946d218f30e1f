"""Who is told of how many, when not all can be told."""

from collections.abc import Sequence


def shares(counts: Sequence[int], most: int) -> list[int]:
    """How many of each are told when `most` are told in all: whoever has few tells all, the others as much."""
    told = [0] * len(counts)
    left = min(most, sum(counts))
    while left:
        unfinished = [at for at, count in enumerate(counts) if told[at] < count]
        each = max(left // len(unfinished), 1)
        for at in unfinished:
            more = min(each, counts[at] - told[at], left)
            told[at] += more
            left -= more
    return told
