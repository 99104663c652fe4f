"""The compiled kernels; everything else about the package stands in pyproject.toml.

They are plain C with no need of Python's headers, and optional: where there is no compiler the installation goes on without
them, and `regcli/linear/kernels/compiled.py` says so to the solvers, which then take scikit-learn's.
"""

import os
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

KERNELS = Path("regcli", "linear", "kernels")
# No fast-math and no fused multiply-add: the same numbers on every processor of a kind.
FLAGS = ["/O2", "/fp:precise"] if os.name == "nt" else ["-O3", "-std=c11", "-ffp-contract=off", "-fno-math-errno"]


class BuildKernels(build_ext):
    """A library that is loaded by ctypes: no module, so that there is no `PyInit_…` to export."""

    def get_export_symbols(self, ext: Extension) -> list[str]:
        """Those of the extension alone."""
        return list(ext.export_symbols)


setup(
    ext_modules=[
        Extension(
            "regcli.linear.kernels._compiled",
            sources=sorted(str(path) for path in KERNELS.glob("*.c")),
            depends=sorted(str(path) for path in KERNELS.glob("*.h")),
            extra_compile_args=FLAGS,
            libraries=[] if os.name == "nt" else ["m"],
            optional=True,
        )
    ],
    cmdclass={"build_ext": BuildKernels},
)
