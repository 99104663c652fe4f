"""Makes what several folders of tests share importable in all of them."""

import os
import sys
from pathlib import Path

# Workers share the cores: BLAS threads of one would wait for those of the other. (OMP_NUM_THREADS would be Arrow's threads, too.)
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

sys.path.insert(0, str(Path(__file__).parent))
