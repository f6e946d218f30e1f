"""Parts of a change as they are printed: rounded so that they add up to the printed change, to the last digit."""

from collections.abc import Hashable, Sequence

from review_kit.model.figures import known, rounded

_FINER = 3  # more decimals than asked for are tried, so that then + change = now as printed


def printed_parts(parts: Sequence[float], total: float, decimals: int) -> list[float]:
    """The parts at `decimals`, adding up to the total at `decimals`; none lies a unit of the last digit or more off.

    Each is rounded down, and the units that are still missing go to those that lost most, the first of equals first.
    What is not known counts and stays nothing. Source: the method of largest remainders (Hamilton, 1792).
    """
    unit = 10.0**-decimals
    scaled = [part / unit if known(part) else 0.0 for part in parts]
    near = [round(part) if abs(part - round(part)) < _NOISE else part for part in scaled]  # 0.3 / 0.1 is 2.9999…
    units = [int(part // 1) for part in near]
    missing = round(rounded(total, decimals) / unit) - sum(units)
    order = sorted(range(len(near)), key=lambda at: units[at] - near[at])
    for place in range(abs(missing)):
        at = order[place % len(order)] if missing > 0 else order[-1 - place % len(order)]
        units[at] += 1 if missing > 0 else -1
    return [rounded(count * unit, decimals) for count in units]


_NOISE = 1e-6  # of a unit of the last digit


def printed_in_groups(parts: Sequence[float], groups: Sequence[Hashable], total: float, decimals: int) -> list[float]:
    """As `printed_parts`, first for the sums of the groups and then within each: sums of a group add up as well."""
    names = list(dict.fromkeys(groups))
    members = {name: [at for at, group in enumerate(groups) if group == name] for name in names}
    wholes = [sum(parts[at] for at in members[name] if known(parts[at])) for name in names]
    told = [0.0] * len(parts)
    for name, whole in zip(names, printed_parts(wholes, total, decimals), strict=True):
        for at, part in zip(
            members[name], printed_parts([parts[at] for at in members[name]], whole, decimals), strict=True
        ):
            told[at] = part
    return told


def telling_decimals(before: float, now: float, at_least: int) -> int:
    """The fewest decimals, from `at_least` on, at which then plus the change is now, as printed.

    0.44 and 0.66 are told as 0.4 and 0.7 and their difference as 0.2; with two decimals nobody stumbles. `at_least`
    where no more decimals help (2/3 and 4/9, say): see `printed_change`.
    """
    for decimals in range(at_least, at_least + _FINER + 1):
        unit = 10.0**-decimals
        then, today, change = (round(rounded(value, decimals) / unit) for value in (before, now, now - before))
        if then + change == today:
            return decimals
    return at_least


def printed_change(before: float, now: float, decimals: int) -> float:
    """What lies between two figures as they are printed: that of their difference, or a unit of its last digit off it.

    It is off where the thirds of two figures are rounded apart: 66.7 less 41.3 is 25.4, and 66.667 less 41.333 is 25.3.
    """
    return rounded(rounded(now, decimals) - rounded(before, decimals), decimals)
