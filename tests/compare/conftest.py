"""Simulated runs are shared with the calibration studies: `from calibration.simulated_runs import …`."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
