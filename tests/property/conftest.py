"""One fixed profile: the same examples in every run, few of them, each as slow as it likes."""

import pytest
from hypothesis import HealthCheck, settings

from regcli.numerics.reproducible import steady

settings.register_profile(
    "fixed",
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("fixed")


@pytest.fixture(autouse=True)
def conditions():
    """As the plan and the engine set them."""
    with steady():
        yield
