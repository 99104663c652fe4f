"""The compiled kernels; everything else about the package stands in pyproject.toml.

They are plain C with no need of Python's headers, and optional: where there is no compiler the installation goes on without
them, and those who would call them (`regcli/linear/kernels/compiled.py`, `regcli/families/network/compiled.py`) take their other
way.
"""

import os
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

WINDOWS = os.name == "nt"
# No fast-math and no fused multiply-add: the same numbers on every processor of a kind.
SAME = ["/O2", "/fp:precise"] if WINDOWS else ["-O3", "-std=c11", "-ffp-contract=off", "-fno-math-errno"]
# Networks are single precision, which depends on the processor anyway: products are fused with sums where it can.
FUSED = ["/O2"] if WINDOWS else ["-O3", "-std=c11", "-ffp-contract=fast", "-fno-math-errno"]


def kernels(package: str, folder: str, flags: list[str]) -> Extension:
    """The library `_compiled` of a package, from all that lies in a folder."""
    sources = Path(folder)
    return Extension(
        f"{package}._compiled",
        sources=sorted(str(path) for path in sources.glob("*.c")),
        depends=sorted(str(path) for path in sources.glob("*.h")),
        extra_compile_args=flags,
        libraries=[] if WINDOWS else ["m"],
        optional=True,
    )


class BuildKernels(build_ext):
    """A library that is loaded by ctypes: no module, so that there is no `PyInit_…` to export."""

    def get_export_symbols(self, ext: Extension) -> list[str]:
        """Those of the extension alone."""
        return list(ext.export_symbols)


setup(
    ext_modules=[
        kernels("regcli.linear.kernels", "regcli/linear/kernels", SAME),
        kernels("regcli.families.network", "regcli/families/network/kernels", FUSED),
    ],
    cmdclass={"build_ext": BuildKernels},
)
