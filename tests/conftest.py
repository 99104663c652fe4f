"""Makes what several folders of tests share importable in all of them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
