"""How far the fits have come, as a listener hears it."""

from __future__ import annotations

import threading

from regcli.pace import Pace, fitted, listening


def test_fits_are_counted_while_somebody_listens():
    heard = []
    fitted(5)
    with listening(Pace(10, lambda *told: heard.append(told))) as pace:
        pace.begin("ridge")
        fitted()
        fitted(3)
    fitted(5)
    assert heard == [(0, 10, "ridge"), (1, 10, "ridge"), (4, 10, "ridge")]


def test_what_will_not_be_needed_is_dropped_but_nothing_that_is_done():
    heard = []
    pace = Pace(10, lambda *told: heard.append(told[:2]))
    pace.add(6)
    pace.drop(3)
    pace.add(0)
    pace.drop(100)
    pace.add(1)
    assert heard == [(6, 10), (6, 7), (6, 6)]


def test_the_end_is_told_even_where_fits_were_not_counted():
    heard = []
    pace = Pace(4, lambda *told: heard.append(told[:2]))
    pace.add(9)
    pace.finish()
    assert heard == [(4, 4), (4, 4)]


def test_threads_lose_no_fit():
    heard = []
    with listening(Pace(4000, lambda *told: heard.append(told[0]))):
        threads = [threading.Thread(target=lambda: [fitted() for _ in range(500)]) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert heard == list(range(1, 4001))


def test_nobody_needs_to_listen():
    with listening(Pace(1, None)):
        fitted()
