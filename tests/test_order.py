from regcli.families import FAMILIES
from regcli.order import ORDER


def test_every_family_has_its_place_and_the_linear_one_is_the_simplest():
    assert set(FAMILIES) <= set(ORDER)
    assert ORDER[0] == "linear"
