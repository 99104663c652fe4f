import pytest

from regcli.steady import steady


@pytest.fixture(autouse=True)
def conditions():
    """As the plan and the engine set them."""
    with steady():
        yield
