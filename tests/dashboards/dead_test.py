# SPDX-License-Identifier: Apache-2.0
"""What is dead never looks well, nor what is not scraped: a server's target, servers, all Sentinels, a whole Cluster, a
group, the exporter and its targets end one after the other, and the pages say so in text and colour."""

import signal
import time
import unittest

from dashboards.figures import Figures, Shown
from dashboards.fleet import Fleet
from dashboards.pages import read_pages

_WAYS = ("node-by-node", "page")
_PATIENCE = 60
_UNTOLD = Shown("not told", "#5c5f69")
_UNSCRAPED = Shown("not scraped", "red")


def look(figures, page, place):
    """All that is shown there."""
    if isinstance(place, str):
        return set(figures.stat(page, place))
    table, column, label = place
    return {shown for row, shown in figures.cells(page, table, column).items() if label in dict(row).values()}


def _red(text):
    return Shown(text, "red")


def _orange(text):
    return Shown(text, "orange")


_GOOD = Shown("0", "green")

# By page, and by figure, or by table, column and a label that rows have.
_WELL = {
    "fleet": {"Not scraped": _GOOD, "Nodes down": _GOOD, "Replicas cut off": _GOOD, "No failover": _GOOD},
    "exporter": {"Not scraped": _GOOD, "Nodes down": _GOOD, "Not found": _GOOD,
                 "Configuration": Shown("valid", "green")},
    "cluster": {
        "Stopped": _GOOD, "Slots lost": _GOOD, "Nodes failed": _GOOD, "No replica": _GOOD, "Open slots": _GOOD,
        "Disagree": _GOOD, ("Clusters, the worst first", "State", "catalogue"): Shown("well", "green")},
    "sentinel": {
        "No failover": _GOOD, "Masters down": _GOOD, "Missing": _GOOD, "Disagree": _GOOD, "In TILT": _GOOD,
        ("Groups, the worst first", "Failover", "sessions"): Shown("ready", "green")},
    "replication": {
        "Not safe": _GOOD, "Replicas cut off": _GOOD,
        ("Groups, the worst first", "State", "sessions"): Shown("safe", "green")},
}
# Of one master of the Cluster, which lives.
_MASTER_NOT_SCRAPED = {
    "fleet": {
        "Not scraped": _red("1"), "Nodes down": _UNTOLD, "Replicas cut off": _GOOD,
        ("Groups, the worst first", "State", "catalogue"): _red("no data")},
    "exporter": {"Nodes down": _UNTOLD, "Partial": _UNTOLD},
    "cluster": {
        "Stopped": _UNTOLD, "Slots lost": _UNTOLD, "Nodes failed": _UNTOLD, "No replica": _UNTOLD,
        "Open slots": _UNTOLD, "Disagree": _UNTOLD,
        ("Clusters, the worst first", "State", "catalogue"): _orange("no data")},
    "replication": {
        "Not safe": _orange("1"), "Replicas cut off": _GOOD,
        ("Groups, the worst first", "State", "catalogue"): _orange("no data"),
        ("Replicas, the worst first", "State", "catalogue"): Shown("up", "green")},
}
# Of ten servers: the queue, the three Sentinels, the six nodes of the Cluster.
_SERVERS_DEAD = {
    "fleet": {
        "Not scraped": _GOOD, "Nodes down": _red("10"), "No failover": _red("1"),
        ("Groups, the worst first", "Not up", "catalogue"): _red("6"),
        ("Groups, the worst first", "State", "catalogue"): _red("no master"),
        ("Groups, the worst first", "State", "jobs"): _red("no master")},
    "exporter": {"Nodes down": _red("10"), "Not found": _orange("2")},
    "cluster": {
        "Stopped": _red("1"), "Slots lost": _red("16384"), "Nodes failed": _orange("6"), "No replica": _UNTOLD,
        "Open slots": _UNTOLD, "Disagree": _UNTOLD, "Unevenness": _UNTOLD,
        ("Clusters, the worst first", "State", "catalogue"): _red("all down"),
        ("Nodes, and what they see", "Finds it", "catalogue"): _red("is down")},
    "sentinel": {
        "No failover": _red("1"), "Masters down": _UNTOLD, "Missing": _orange("3"), "Disagree": _UNTOLD,
        "In TILT": _UNTOLD, "Sentinels": _UNTOLD,
        ("Groups, the worst first", "Failover", "sessions"): _red("no quorum"),
        ("What each Sentinel says", "Sees it", "mymaster"): _red("is dead")},
}
_GROUP_DEAD = {
    "fleet": {
        "Nodes down": _red("13"), "Replicas cut off": _orange("5"),
        ("Groups, the worst first", "State", "sessions"): _red("no master")},
    "replication": {
        "Not safe": _orange("3"), "Replicas cut off": _orange("5"), "Most behind": _UNTOLD, "Most silent": _UNTOLD,
        "Least backlog": _UNTOLD, ("Groups, the worst first", "State", "sessions"): _red("no master")},
}
# What is the same whether the targets do not answer or are none any more.
_NOT_SCRAPED = {
    "fleet": {
        "Nodes down": _UNTOLD, "Replicas cut off": _UNTOLD, "No failover": _UNTOLD, "Commands": Shown("–", "text"),
        ("Groups, the worst first", "Not up", "catalogue"): _red("6"),
        **{("Groups, the worst first", "State", group): _UNSCRAPED
           for group in ("catalogue", "sessions", "page-cache", "jobs", "spare")},
        ("Nodes, the worst first", "Up", "catalogue"): _UNSCRAPED},
    "exporter": {"Nodes down": _UNTOLD, "Partial": _UNTOLD, "Cut short": _UNTOLD, "Configuration": _UNTOLD},
    "cluster": {
        "Stopped": _UNTOLD, "Slots lost": _UNTOLD, "Nodes failed": _UNTOLD, "No replica": _UNTOLD,
        "Open slots": _UNTOLD, ("Clusters, the worst first", "State", "catalogue"): _UNSCRAPED,
        ("Nodes, and what they see", "Finds it", "catalogue"): _UNSCRAPED},
    "sentinel": {
        "Masters down": _UNTOLD, "Missing": _UNTOLD, "Disagree": _UNTOLD, "In TILT": _UNTOLD,
        ("Groups, the worst first", "Failover", "sessions"): _UNSCRAPED},
    "replication": {
        "Replicas cut off": _UNTOLD, "Most behind": _UNTOLD,
        ("Groups, the worst first", "State", "sessions"): _UNSCRAPED},
    "instance": {"State": _UNSCRAPED, "Worst alert": _UNTOLD},
}
# The same when only the Cluster is chosen, which was down before.
_CLUSTER_NOT_SCRAPED = {
    "fleet": {"Nodes down": _UNTOLD, ("Groups, the worst first", "State", "catalogue"): _UNSCRAPED},
    "cluster": _NOT_SCRAPED["cluster"],
}
# Of the nodes that answer, while others do not.
_OF_OTHERS = [(page, title) for page, titles in {
    "commands": ("Slowest mean", "Round trip", "Busiest thread", "Slow log", "Longest fork"),
    "keyspace": ("Evicted", "Stale keys"),
    "capacity": ("Memory full in", "Clients full in", "Fullest node", "Room to save", "Most clients",
                 "Without a limit")}.items() for title in titles]
# Which stays true.
_OF_THE_PAST = [("capacity", "Groups against the objective", "Budget left")]


class DeadTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        # Without rules: alerts would fire sooner or later.
        cls.fleet = cls.enterClassContext(Fleet(
            _WAYS, networks=("127.0.53", "127.0.54"), interval="2s", rules="/nonexistent"))
        cls.fleet.wait_until_scraped()
        cls.figures = cls.figures_of()
        cls.figures_of_cluster = cls.figures_of(redis_group="catalogue")

    @classmethod
    def figures_of(cls, **chosen):
        return {way: Figures(read_pages(), prometheus.url, scrape_interval=2, **chosen)
                for way, prometheus in cls.fleet.prometheus.items()}

    def test_what_is_dead_does_not_look_well(self):
        fleet = self.fleet
        self.assert_shown("all is well", _WELL)

        alone = fleet.prometheus["node-by-node"]
        master = alone.vector('redis_instance_info{redis_group="catalogue", role="master"}')[0][0]["instance"]
        with alone.without(master):
            self.assert_shown("a master is not scraped", _MASTER_NOT_SCRAPED, ways=("node-by-node",))
        self.assert_shown("it is again", _WELL, ways=("node-by-node",))

        for server in (fleet.queue, *fleet.group.sentinels, *fleet.cluster.nodes):
            server.stop(signal.SIGKILL)
        self.assert_shown("ten servers are dead", _SERVERS_DEAD)
        self.assert_nothing_is_green("ten servers are dead", _OF_OTHERS)

        for server in fleet.group.servers:
            server.stop(signal.SIGKILL)
        self.assert_shown("all servers of a group are dead", _GROUP_DEAD)

        fleet.exporter.stop(signal.SIGKILL)
        self.assert_shown("the exporter is dead", _NOT_SCRAPED)
        self.assert_shown("the exporter is dead", _CLUSTER_NOT_SCRAPED, self.figures_of_cluster)
        self.assert_nothing_is_green("the exporter is dead")

        for prometheus in fleet.prometheus.values():
            prometheus.forget_targets()
        self.assert_shown("Prometheus has no target", _NOT_SCRAPED)
        self.assert_shown("Prometheus has no target", _CLUSTER_NOT_SCRAPED, self.figures_of_cluster)
        # Three Sentinels are groups of their own.
        self.assert_shown("Prometheus has no target", {page: {"Not scraped": _red("8")}
                                                       for page in ("fleet", "exporter")})
        self.assert_shown("Prometheus has no target", {page: {"Not scraped": _red("1")}
                                                       for page in ("fleet", "exporter")}, self.figures_of_cluster)

    def assert_shown(self, what, expected, figures=None, ways=_WAYS):
        """Of ways to scrape, in the end."""
        def wrong(places):
            found = {(way, page, place): look((figures or self.figures)[way], page, place)
                     for way, page, place in places}
            return {one: f"{what}: {one}: {shown}, not {expected[one[1]][one[2]]}"
                    for one, shown in found.items() if shown != {expected[one[1]][one[2]]}}
        self.wait_for_none(wrong, [(way, page, place) for way in ways
                                   for page, shown in expected.items() for place in shown])

    def assert_nothing_is_green(self, what, of=None):
        """No figure and no cell of any page, or of places; and that targets are gone is red."""
        def bad(place, shown):
            return any(one.colour == "green" for one in shown) \
                or place[1] == "Not scraped" and any(one.colour != "red" for one in shown)

        def wrong(places):
            texts = {}
            for way, figures in self.figures.items():
                found = figures.at([place for its_way, place in places if its_way == way])
                texts |= {(way, place): f"{what}: {way}: {place}: {shown}"
                          for place, shown in found.items() if bad(place, shown)}
            return texts
        self.wait_for_none(wrong, [(way, place) for way, figures in self.figures.items()
                                   for place in of or figures.places() if place not in _OF_THE_PAST])

    def wait_for_none(self, wrong, places):
        """wrong: of places, texts about those that are not right. They alone are asked again, which is quick; when
        none is left all are asked once more, as some may have been right for a moment."""
        end = time.monotonic() + _PATIENCE
        left = places
        while found := wrong(left) or len(left) < len(places) and wrong(places):
            if time.monotonic() > end:
                self.fail("\n" + "\n".join(found.values()))
            left = list(found)
            time.sleep(0.5)


if __name__ == "__main__":
    unittest.main()
