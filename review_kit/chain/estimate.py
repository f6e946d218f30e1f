"""How long a run will still take, from how long its steps took when they last ran."""

import heapq
from collections.abc import Mapping, Sequence


def time_left(
    unfinished: Sequence[str],
    *,
    running: Mapping[str, float],
    durations: Mapping[str, float],
    after: Mapping[str, Sequence[str]],
    processors: int,
) -> float | None:
    """Seconds until the last of the steps is done; None where one of them is not known well enough to tell.

    `unfinished` are names in the order in which they are begun, `running` those of them that are, with seconds since
    then. A step that takes longer than it did before counts as if it were done any moment.
    """
    if any(name not in durations for name in unfinished):
        return None
    missing = {name: {other for other in after.get(name, ()) if other in unfinished} for name in unfinished}
    now = 0.0
    ends = [(max(0.0, durations[name] - seconds), name) for name, seconds in running.items() if name in missing]
    heapq.heapify(ends)
    waiting = [name for name in unfinished if name not in running]
    while ends or waiting:
        for name in [name for name in waiting if not missing[name]][: max(0, processors - len(ends))]:
            waiting.remove(name)
            heapq.heappush(ends, (now + durations[name], name))
        if not ends:  # steps that wait for each other, or for none that is known
            return None
        now, done = heapq.heappop(ends)
        for others in missing.values():
            others.discard(done)
    return now
