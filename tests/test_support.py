import numpy as np

from regcli.support import in_support, is_dense, strongest


def test_a_dense_model_rests_on_what_is_not_small_beside_the_largest():
    size = np.array([[1.0, 0.05, 0.049, 0.0], [0.0, 0.0, 0.0, 0.0]])
    assert in_support(size, dense=True).tolist() == [[True, True, False, False], [False] * 4]
    assert in_support(size, dense=False).tolist() == [[True, True, True, False], [False] * 4]
    assert in_support(np.zeros(0), dense=True).shape == (0,)


def test_ridge_and_no_penalty_are_dense():
    assert [is_dense(ratio) for ratio in (None, 0.0, 0.1, 1.0)] == [True, True, False, False]


def test_the_strongest_are_those_with_the_largest_sizes_ties_in_order_and_never_zero():
    size = np.array([[3.0, 1.0, 1.0, 2.0], [0.0, 0.0, 5.0, 0.0]])
    assert strongest(size, 3).tolist() == [[True, True, False, True], [False, False, True, False]]
    assert strongest(size[0], 1).tolist() == [True, False, False, False]
