# SPDX-License-Identifier: Apache-2.0
"""Redis 8.0 and Valkey 8.1, run out of the tree of Debian packages that fixtures are recorded from.

The tree is made when it is missing, which takes about 10 seconds and Debian's mirror.
"""

from fixtures.record import REPOSITORY, Flavour, make_tree

from .redis_servers import RedisServer

TREE = REPOSITORY / "build/trixie"
_PROGRAMS = {"redis-8.0": "redis-server", "valkey-8.1": "valkey-server"}


def newer_server(name, *lines, **options):
    """A RedisServer; name: redis-8.0 or valkey-8.1."""
    make_tree(TREE)
    flavour = Flavour(name, f"/usr/bin/{_PROGRAMS[name]}", version=None, root=TREE)
    return RedisServer(*lines, start=flavour.argv, **options)
