"""Makes what several folders of tests share importable in all of them."""

import os
import sys
from pathlib import Path

# Workers share the cores: scikit-learn's boosting, with a thread for every core in each of them, would spend its time waiting for
# its other threads. BLAS keeps the threads that a user's has, since no figure may depend on them.
os.environ.setdefault("OPENBLAS_NUM_THREADS", str(os.cpu_count()))
os.environ.setdefault("OMP_NUM_THREADS", "1")

sys.path.insert(0, str(Path(__file__).parent))
