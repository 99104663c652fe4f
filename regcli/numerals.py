"""How numbers are written for people, in every table and every sentence alike.

A measurement has four significant digits and no separators, so that it can be pasted anywhere; a count is exact, with a comma
between thousands; a share or a relative change is a percentage of three digits, its sign against the number, as gates take it.
"""

from __future__ import annotations

import math


def number(value: float, digits: int = 4) -> str:
    """Significant digits without an exponent between 0.0001 and a million; a number of fewer digits as it is.

    Examples
    --------
    >>> number(3060.996), number(0.012345), number(1.5e-9), number(float("nan"))
    ('3061', '0.01235', '1.5e-09', '–')
    """
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if value == 0:
        return "0"
    is_moderate = 1e-4 <= abs(value) < 1e6
    if value == float(f"{value:.{digits}g}"):
        return f"{value:.0f}" if is_moderate and value == round(value) else f"{value:.{digits}g}"
    if not is_moderate:
        return f"{value:.{digits}g}"
    places = max(0, digits - 1 - math.floor(math.log10(abs(float(f"{value:.{digits - 1}e}")))))
    return f"{value:.{places}f}"


# A relative change beyond this says no more than that it is measured by next to nothing.
HUGE = 10.0


def relative(change: float) -> str:
    """A relative change; of one that is measured by next to nothing no more than that.

    Examples
    --------
    >>> relative(0.0512), relative(4e26)
    ('5.12%', 'more than 1000%')
    """
    return f"more than {percent(HUGE)}" if change > HUGE else percent(change)


def percent(share: float, digits: int = 3, *, signed: bool = False) -> str:
    """A share, or a relative change, out of a hundred; what falls short of the whole is not rounded to it.

    Parameters
    ----------
    share : float
        1 is 100%.
    digits : int
        Significant digits; as many more as tell a share below 1 from 1.
    signed : bool
        Put a plus before what is above zero: for changes.

    Examples
    --------
    >>> percent(0.8), percent(2 / 3), percent(0.99998), percent(0.0213, signed=True), percent(float("nan"))
    ('80%', '66.7%', '99.998%', '+2.13%', '–')
    """
    if math.isnan(share):
        return "–"
    # 100 × 0.07 is 7.000000000000001: a hundred times too many digits to be true
    hundredfold = float(f"{100 * share:.12g}")
    while abs(hundredfold) < 100 <= abs(float(f"{hundredfold:.{digits}g}")):
        digits += 1
    return f"{'+' if signed and share > 0 else ''}{number(hundredfold, digits)}%"


def count(n: int, noun: str = "", plural: str = "") -> str:
    """How many there are: ``1 row``, ``2 rows``, ``12,345 rows``; without a noun the number alone."""
    return f"{n:,} {noun if n == 1 else plural or noun + 's'}" if noun else f"{n:,}"
