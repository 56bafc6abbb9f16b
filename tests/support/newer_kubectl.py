# SPDX-License-Identifier: Apache-2.0
"""Debian 13's kubectl (1.32), out of a tree of its packages: that of Debian 12 knows no components.

The tree is made when it is missing, which takes about 7 seconds and Debian's mirror.
"""

from fixtures.record import REPOSITORY, make_tree

TREE = REPOSITORY / "build/trixie-kubernetes"


def kubectl():
    """The path of the program, which needs nothing else of the tree."""
    make_tree(TREE, "base-files,kubernetes-client")
    return str(TREE / "usr/bin/kubectl")
