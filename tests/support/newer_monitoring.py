# SPDX-License-Identifier: Apache-2.0
"""Debian 13's Prometheus (2.53) and VictoriaMetrics, out of a tree of its packages.

The tree is made when it is missing, which takes about 12 seconds and Debian's mirror.
"""

from fixtures.record import REPOSITORY, make_tree

TREE = REPOSITORY / "build/trixie-monitoring"


def newer(program):
    """The path of prometheus, promtool, victoria-metrics or vmalert; they need nothing else of the
    tree."""
    make_tree(TREE, "base-files,prometheus,victoria-metrics")
    return str(TREE / "usr/bin" / program)
