import pytest

from regcli.numerics.reproducible import steady


@pytest.fixture(autouse=True)
def conditions():
    """As the plan and the engine set them."""
    with steady():
        yield
