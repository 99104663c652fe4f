from pulled import levers


def test_there_is_a_value_for_every_network():
    assert levers(3, l1=[0.1, 0.2, 0.3]).count == 3
