"""Pieces of work: results in the order of the pieces, nothing left behind by an error, no piece waiting for itself."""

from __future__ import annotations

import threading
import time

import pytest

from regcli.numerics.executor import Executor, slices


@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_results_come_in_the_order_of_the_pieces_whoever_is_ready_first(jobs):
    def work(piece):
        time.sleep(0.002 * (5 - piece))
        return piece**2

    assert Executor(jobs).map(work, range(5)) == [0, 1, 4, 9, 16]
    assert Executor(jobs).map(work, []) == []


def test_pieces_are_done_by_several_threads_and_by_this_one_alone_with_one_job():
    both = threading.Barrier(2, timeout=10)
    assert len(set(Executor(2).map(lambda _: (both.wait(), threading.get_ident())[1], range(2)))) == 2
    assert set(Executor(1).map(lambda _: threading.get_ident(), range(3))) == {threading.get_ident()}


def test_work_that_hands_out_work_does_not_wait_for_itself():
    executor = Executor(2)
    assert executor.map(lambda i: sum(executor.map(lambda j: i * j, range(4))), range(6)) == [6 * i for i in range(6)]


def test_after_an_error_nothing_goes_on():
    begun, running = [], []

    def work(piece):
        begun.append(piece)
        running.append(piece)
        try:
            if piece == 0:
                raise ZeroDivisionError
            time.sleep(0.02)
        finally:
            running.remove(piece)

    with pytest.raises(ZeroDivisionError):
        Executor(2).map(work, range(50))
    told = len(begun)
    assert running == []
    assert told < 50
    time.sleep(0.1)
    assert len(begun) == told


@pytest.mark.parametrize(
    ("length", "size", "expected"),
    [(7, 3, [(0, 3), (3, 6), (6, 7)]), (2, 5, [(0, 2)]), (0, 3, []), (2, 0, [(0, 1), (1, 2)])],
)
def test_slices_cover_the_whole_once(length, size, expected):
    assert [(piece.start, piece.stop) for piece in slices(length, size)] == expected
