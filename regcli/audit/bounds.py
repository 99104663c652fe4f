"""What stability selection promises: how many of the recommended features are expected to be false."""

from __future__ import annotations


def expected_false(q: float, p: int, threshold: float) -> float:
    """At most so many of p features are selected falsely on average: q² / ((2π - 1) p); NaN where π is not above one half.

    Meinshausen & Bühlmann (2010), Stability selection, JRSS B 72, theorem 1: false features are exchangeable, and the
    procedure is no worse than a guess.

    Parameters
    ----------
    q : float
        Features that a half selects.
    p : int
        Features that are offered.
    threshold : float
        π, the selection frequency from which on a feature is recommended.
    """
    return q**2 / ((2.0 * threshold - 1.0) * p) if threshold > 0.5 and p else float("nan")


def expected_false_unimodal(q: float, p: int, threshold: float, pairs: int) -> float:
    """The same where the share of pairs that select a feature has a distribution with one mode: q² / (C p).

    Shah & Samworth (2013), Variable selection with error control: another look at stability selection, JRSS B 75, theorem 2:
    with B pairs C = 2 (2π - 1 - 1/2B) up to π = 3/4, and (1 + 1/B) / (4 (1 - π + 1/2B)) beyond. NaN where C is not above zero.
    """
    half = 1.0 / (2.0 * pairs)
    C = 2.0 * (2.0 * threshold - 1.0 - half) if threshold <= 0.75 else (1.0 + 2.0 * half) / (4.0 * (1.0 - threshold + half))
    return q**2 / (C * p) if C > 0 and p else float("nan")
