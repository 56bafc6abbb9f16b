#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Every series of redis_exporter, from ours: same name, labels, type and value.

Debian's prometheus-redis-exporter and ours look at the same servers in turn: the peer, ours, the
peer again. A deliberate difference is a row of the table in docs/differences.md; a row that
describes nothing that is seen here fails too, unless it says that it concerns newer releases.

The exporter is $EXPORTER, or build/release/redis_fleet_exporter.
"""

import functools
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from conformance import comparison, differences, flags, scenarios, servers

ALL = list(scenarios.every())
_listed = differences.read(scenarios.PLACES)


def setUpModule():
    unittest.addModuleCleanup(servers.stop)


@functools.lru_cache(maxsize=None)
def result_of(index):
    scenario = ALL[index]
    first, ours, second = scenarios.scrape(scenario)
    return comparison.compare(first, ours, second, _listed, scenario.places)


class Conformance(unittest.TestCase):
    def test_every_flag_of_the_peer_is_in_a_scenario_or_told_why_not(self):
        used = {argument.split("=")[0].removeprefix("--")
                for scenario in ALL for argument in scenario.arguments} | {"redis.addr"}
        known = flags.of_the_peer()
        self.assertGreater(len(known), 35)
        self.assertEqual(used & flags.WITHOUT_SERIES.keys(), set())
        self.assertEqual(used | flags.WITHOUT_SERIES.keys(), known)

    def test_every_series_of_the_peer_is_there(self):
        total = dict.fromkeys(("compared", "equal", "listed"), 0)
        for index, scenario in enumerate(ALL):
            with self.subTest(scenarios.name(scenario)):
                result = result_of(index)
                for count in total:
                    total[count] += getattr(result, count)
                print(f"{scenarios.name(scenario)}: {_counts(vars(result))}")
                problems = result.problems()
                self.assertGreater(result.compared, 0)
                if problems:
                    self.fail(f"{len(problems)} differences that docs/differences.md does not "
                              "list:\n" + "\n".join(problems))
        print(f"all: {_counts(total)}")

    def test_every_listed_difference_is_seen(self):
        for index in range(len(ALL)):
            result_of(index)
        stale = [str(row) for row in _listed if not row.newer and not row.seen]
        if stale:
            self.fail("rows of docs/differences.md that describe no difference seen:\n"
                      + "\n".join(stale))


def _counts(found):
    return (f"{found['compared']} series compared, {found['equal']} equal, "
            f"{found['listed']} differ as a listed line says")


if __name__ == "__main__":
    unittest.main()
