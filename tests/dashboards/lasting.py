# SPDX-License-Identifier: Apache-2.0
"""Faults that last for days, and what several tell of one event; faults_test.py asks these cases, too."""

import re

from dashboards.faults import DEAD, MASTER, REPLICA, SENTINEL, Case, died, listed, node, of, row, server

_GROUPS, _REPLICAS, _NODES = "Groups, the worst first", "Replicas, the worst first", "Nodes, the worst first"
_HOUR, _DAYS, _LATER = 60, 3000, "2990m"  # the last is asked two days after all died
_EXPORTER = "exporter:9121"


def for_days(told):
    """The same, until then; what died did so after an hour."""
    return {name: re.sub(r"x(120|59)$", f"x{_DAYS}", values) for name, values in told.items()}


def without_group(told):
    return {re.sub(', redis_group="[^"]*"', "", name): values for name, values in told.items()}


def target(instance, values, group="shop", job="redis"):
    return {"up" + node(instance, group, job): values}


_DOWN = f"1x{_HOUR} 0x{_DAYS}"
_PAIR = {**server(MASTER, "master"), **server(REPLICA, "slave", MASTER), **listed(MASTER, REPLICA, 7)}
_ALL_DEAD = for_days({**died(server(MASTER, "master")), **died(server(REPLICA, "slave", MASTER))})
_REPLICA_DEAD = for_days({**_PAIR, **died(server(DEAD, "slave", MASTER))})
_UNSCRAPED = {**for_days(_PAIR), **target(DEAD, _DOWN), **{
    name: f"1x{_HOUR} stale" for name in server(DEAD, "slave", MASTER)}}
_LOOSE = without_group(_REPLICA_DEAD)
_TWO_ALONE = for_days({name: values for name, values in {
    **server(MASTER, "master"), **died(server(DEAD, "master"))}.items() if "connected_slaves" not in name})
# An exporter that lists the group as well, until it dies.
_GONE = {name: f"1x{_HOUR} stale" for name in {
    **_PAIR, **{"redis_cluster_enabled" + node(one): "" for one in (MASTER, REPLICA)},
    "redis_group_expected_nodes" + node(_EXPORTER): ""}}
_PAGE_DEAD = {**_GONE, **target(_EXPORTER, _DOWN, "")}
_CLUSTER_DEAD = {**_ALL_DEAD, "redis_cluster_enabled" + node(MASTER): f"1x{_HOUR} stale"}


# Which is its own group.
_SENTINEL_DEAD = {"redis_up" + node(SENTINEL, SENTINEL): _DOWN,
                  "redis_instance_info" + node(SENTINEL, SENTINEL, redis_mode="sentinel"): f"1x{_HOUR} stale"}
_TWO_SENTINELS = {**_SENTINEL_DEAD, **{
    name + node(DEAD, SENTINEL, **more): f"1x{_DAYS}"
    for name, more in (("redis_up", {}), ("redis_instance_info", {"redis_mode": "sentinel"}))}}
_OPINION = {**_REPLICA_DEAD, "redis_up" + node(SENTINEL, SENTINEL): _DOWN,
            "redis_sentinel_master_status"
            + node(SENTINEL, SENTINEL, master_name="shop", master_address=MASTER): f"1x{_HOUR} stale"}


# Until what was told of the dead has been forgotten.
_WEEKS = 22000
_FORGOTTEN = f"{_WEEKS - 100}m"


def for_weeks(told):
    """The same, for more than two weeks."""
    return {name: re.sub(rf"x(120|59|{_DAYS})$", f"x{_WEEKS}", values) for name, values in told.items()}


_LOOSE_PAIR = without_group({**_PAIR, **died(server(DEAD, "slave", MASTER))})


def alert(name, **more):
    labels = {"alertname": name, "alertstate": "firing", "severity": "critical", "job": "redis",
              "instance": _EXPORTER, **more}
    return {"ALERTS{" + ", ".join(f'{label}="{value}"' for label, value in labels.items()) + "}": f"1x{_DAYS}"}


def told(**metrics):
    """What an exporter says of the group whose master is there."""
    return {"redis_up" + node(MASTER): "1x120",
            **{f"redis_group_{name}" + node(_EXPORTER): value if isinstance(value, str) else f"{value}x120"
               for name, value in metrics.items()}}


_WATCHED = {"configured_sentinels": 3, "answering_sentinels": 3, "agreeing_sentinels": 3, "sentinels": 3,
            "sentinel_quorum_reachable": 1, "failover_candidates": 1, "masters": 1, "expected_nodes": 2,
            "duplicate_nodes": 0, "masters_without_candidate": 0, "sentinels_seeing_master_down": 0,
            "master_objectively_down": 0, "sentinels_in_tilt": 0}


def watched(**metrics):
    return told(**{**_WATCHED, **metrics})


def limited(severity, value):
    return {f'{{limit="{severity}"}}': value}


# Both die at minute 60, half an hour after a failover, of before which Prometheus knows, too.
_LAST = {**_ALL_DEAD,
         "redis_slave_info" + node(REPLICA, master_host="10.0.0.3", master_port="6379"): "1x30 stale",
         "redis_slave_info" + node(REPLICA, master_host="10.0.0.1", master_port="6379"): "_x31 1x29 stale",
         "redis_instance_info" + node(REPLICA, role="master"): "1x30 stale"}
_LAST_ROW = f'{{redis_group="shop", master="{MASTER}"}}'
_ITS_MASTER = f'{{redis_group="shop", instance="{REPLICA}", master="{MASTER}"}}'

# Of three nodes that an exporter lists one has no target.
_LISTED = {**_PAIR, "redis_group_expected_nodes" + node(_EXPORTER): "3x120"}
# A failover at minute 71, which another exporter tells a minute later.
_FAILOVER = {**told(), **{"redis_group_failovers_total" + node(one): values for one, values in (
    (_EXPORTER, "3x70 4x50"), ("exporter-b:9121", "0x71 1x50"))}}

CASES = [
    *(Case(f"{what}, also after days", page, panel, series, {"61m": found, _LATER: found}, column)
      for what, page, panel, column, series, found in (
          ("a group with a replica whose target is down has no data", "replication", _GROUPS, "State", _UNSCRAPED,
           {of(): 2}),
          ("it is in the table", "replication", _REPLICAS, "State", _UNSCRAPED, {row(REPLICA): 4, row(DEAD): 1}),
          ("whether it is cut off is not told", "replication", "Replicas cut off", "", _UNSCRAPED, {"{}": -1}),
          ("nor on the other page", "fleet", "Replicas cut off", "", _UNSCRAPED, {"{}": -1}),
          ("its group is not well", "fleet", _GROUPS, "State", _UNSCRAPED, {of(): 7}),
          ("the node is not", "fleet", _NODES, "Up", _UNSCRAPED, {row(MASTER): 1, row(REPLICA): 1, row(DEAD): -1}),
          ("it counts among those that are not up", "fleet", _GROUPS, "Not up", _UNSCRAPED, {of(): 1}),
          ("whether it is down is not told", "fleet", "Nodes down", "", _UNSCRAPED, {"{}": -1}),
          ("nor on the page of the exporter", "exporter", "Nodes down", "", _UNSCRAPED, {"{}": -1}),
          ("its target is counted", "fleet", "Not scraped", "", _UNSCRAPED, {"{}": 1}),
          ("a replica that is down is missed", "replication", _GROUPS, "State", _REPLICA_DEAD, {of(): 5}),
          ("a replica without a group that is down is missed", "replication", _GROUPS, "State", _LOOSE, {"{}": 5}),
          ("a master without replicas that is down is none", "replication", _GROUPS, "State", _TWO_ALONE,
           {of(): 10}),
          ("where all are down nothing is known to be near", "replication", "Most behind", "", _ALL_DEAD,
           {"{}": -1}),
          ("a node whose exporter is down is not scraped", "fleet", _NODES, "Up", _PAGE_DEAD,
           {row(MASTER): -1, row(REPLICA): -1}),
          ("nor is its group", "fleet", _GROUPS, "State", _PAGE_DEAD, {of(): 16}),
          ("its nodes are not up", "fleet", _GROUPS, "Not up", _PAGE_DEAD, {of(): 2}),
          ("the target is counted", "fleet", "Not scraped", "", _PAGE_DEAD, {"{}": 1}),
          ("nothing is told of its nodes", "fleet", "Nodes down", "", _PAGE_DEAD, {"{}": -1}),
          ("nor is anything of its replicas", "replication", _GROUPS, "State", _PAGE_DEAD, {of(): 11}),
          ("a node is not scraped on its own page", "instance", "State", "", _PAGE_DEAD, {"{}": -1}),
          ("a Cluster that nobody scrapes is not well", "cluster", "Clusters, the worst first", "State", _PAGE_DEAD,
           {of(): 7}),
          ("one that is down is stopped", "cluster", "Stopped", "", _CLUSTER_DEAD, {"{}": 1}),
          ("the alert that the exporter is down is shown", "fleet", "Critical alerts", "",
           {**_PAGE_DEAD, **alert("RedisExporterDown")}, {"{}": 1}),
          ("a Sentinel that is down is no group without a master", "replication", _GROUPS, "State",
           _SENTINEL_DEAD, {}),
          ("a Sentinel that is dead is so in the table", "sentinel", "What each Sentinel says", "Sees it", _OPINION,
           {f'{{instance="{SENTINEL}", master_name="shop"}}': 3}))),
    *(Case(f"{what}, and of none when that is forgotten", "replication", panel, for_weeks(series),
           {"61m": known, _FORGOTTEN: forgotten}, "State" if panel == _GROUPS else "")
      for what, series, group, state in (
          ("a Sentinel that is dead is of no group without a master", _SENTINEL_DEAD, of(SENTINEL), None),
          ("nor is one without a group", without_group(_SENTINEL_DEAD), "{}", None),
          ("a replica without a group that is dead is a replica", without_group(died(server(DEAD, "slave", MASTER))),
           "{}", 5),
          ("also beside others", _LOOSE_PAIR, "{}", 5),
          ("a master without a group that is dead is one", without_group(died(server(DEAD, "master"))), "{}", 10),
          ("a group that is dead has no master", _ALL_DEAD, of(), 10))
      for panel, known, forgotten in (
          (_GROUPS, {} if state is None else {group: state}, {group: -2}),
          ("Not safe", {} if state is None else {"{}": 1}, {"{}": -1}))),
    Case("a Sentinel that died beside another is no master either", "replication", _GROUPS,
         for_weeks(_TWO_SENTINELS), {"61m": {}, _FORGOTTEN: {}}, "State"),
    Case("a group that was removed on purpose is forgotten after a day", "fleet", _GROUPS, _GONE,
         {"61m": {of(): 16}, "20h": {of(): 16}, _LATER: {}}, "State"),
    Case("till then it leads to its page", "exporter",
         "Nodes whose data is not whole", _GONE,
         {"61m": {'{redis_group="shop", about="replication?var-redis_group=shop"}': 6}, _LATER: {}}, "Data"),
    Case("a node that is down leads to its page", "exporter", "Nodes whose data is not whole", _REPLICA_DEAD,
         {"61m": {f'{{redis_group="shop", instance="{DEAD}", about="instance?var-instance={DEAD}"}}': 5}}, "Data"),
    Case("since when there is no master is told, and which was the last one", "replication", _GROUPS, _LAST,
         {"59m": {}, "90m": {_LAST_ROW: 1800}, "20h": {_LAST_ROW: 19 * 3600}}, "No master for"),
    Case("a replica that died tells since when", "replication", _REPLICAS, _LAST,
         {"59m": {}, "90m": {row(REPLICA): 1800}, "20h": {row(REPLICA): 19 * 3600}}, "Down for"),
    Case("and what its master was", "replication", _REPLICAS, _LAST,
         {"59m": {_ITS_MASTER: 1}, "90m": {_ITS_MASTER: 3600}}, "B"),
    *(Case(f"an alert leads to the page about {what}", "fleet", "Alerts that fire", {
        **_PAIR, **target(_EXPORTER, "0x120", ""), "redis_group_expected_nodes" + node(_EXPORTER, "shop"): "2x60 stale",
        **alert(name, job=job, **labels)}, {"70m": {
            "{" + ", ".join(f'{label}="{value}"' for label, value in {
                "alertname": name, "severity": "critical", **labels, "about": about}.items() if value) + "}": 3}}, "A")
      for what, name, job, labels, about in (
          ("its node", "RedisDown", "redis", {"instance": MASTER, "redis_group": "shop"},
           f"instance?var-instance={MASTER}"),
          ("its group, where it names no node", "RedisGroupWithoutMaster", "redis",
           {"instance": "", "redis_group": "shop"}, "replication?var-redis_group=shop"),
          ("exporters, where it names one", "RedisExporterDown", "redis", {"instance": _EXPORTER},
           f"exporter?of={_EXPORTER}"))),
    Case("a node that is down is so before any alert says it, and whatever an alert about something else says",
         "fleet", _GROUPS, {**_PAIR, "redis_up" + node(REPLICA): "1x60 0x60", **{
             name.replace("critical", "info"): values for name, values in alert(
                 "RedisEvictionStarted", instance=MASTER, redis_group="shop").items()}},
         {"59m": {of(): 1}, "61m": {of(): 8}}, "State"),
    Case("no node is down where all are up", "fleet", "Nodes down", _PAIR, {"30m": {"{}": 0}}),
    Case("nor is one not up", "fleet", _GROUPS, _PAIR, {"30m": {of(): 0}}, "Not up"),
    Case("one that is down counts whatever is not scraped", "fleet", "Nodes down",
         {**_UNSCRAPED, "redis_up" + node(REPLICA): "0x120"}, {"70m": {"{}": 1}}),
    Case("a node that an exporter lists and no target is for is not up", "fleet", _GROUPS, _LISTED, {"30m": {of(): 1}},
         "Not up"),
    Case("it is a node", "fleet", _GROUPS, _LISTED, {"30m": {of(): 3}}, "Nodes"),
    Case("its group is not well", "fleet", _GROUPS, _LISTED, {"30m": {of(): 3}}, "State"),
    Case("nothing is told of it", "fleet", "Nodes down", _LISTED, {"30m": {"{}": -1}}),
    Case("a group with Sentinels is ready", "sentinel", _GROUPS, watched(), {"30m": {of(): 0}}, "Failover"),
    Case("a master that one Sentinel does not reach is seen down", "sentinel", _GROUPS,
         watched(sentinels_seeing_master_down=1), {"30m": {of(): 4}}, "Failover"),
    Case("it is a warning", "sentinel", "Masters down", watched(sentinels_seeing_master_down=1),
         {"30m": limited("warning", 1)}),
    Case("when they agree it is down", "sentinel", "Masters down",
         watched(sentinels_seeing_master_down=2, master_objectively_down=1), {"30m": limited("critical", 1)}),
    Case("which the table says", "sentinel", _GROUPS,
         watched(sentinels_seeing_master_down=2, master_objectively_down=1), {"30m": {of(): 7}}, "Failover"),
    Case("else none is", "sentinel", "Masters down", watched(), {"30m": limited("within", 0)}),
    Case("a Sentinel in TILT is in the table", "sentinel", _GROUPS, watched(sentinels_in_tilt=1), {"30m": {of(): 3}},
         "Failover"),
    *(Case(f"{what} on the page {page}", page, "No failover", watched(**metrics), {"30m": limited(severity, value)})
      for page in ("fleet", "sentinel") for what, metrics, severity, value in (
          ("failover works", {}, "within", 0),
          ("a master that no replica could replace has no failover",
           {"failover_candidates": 0, "masters_without_candidate": 1}, "warning", 1),
          ("nor has one whose Sentinels reach no quorum", {"sentinel_quorum_reachable": 0}, "critical", 1))),
    *(Case(f"no replica says the page {page}", page, _GROUPS, watched(failover_candidates=0), {"30m": {of(): state}},
           column) for page, column, state in (
               ("fleet", "State", 5), ("sentinel", "Failover", 5), ("replication", "State", 6))),
    Case("no quorum is critical", "fleet", _GROUPS, watched(sentinel_quorum_reachable=0), {"30m": {of(): 9}}, "State"),
    Case("replicas that are cut off are counted as on the page about them", "fleet", "Replicas cut off",
         {**_PAIR, "redis_master_link_up" + node(REPLICA, master_host="10.0.0.1", master_port="6379"): "1x60 0x60"},
         {"30m": {"{}": 0}, "90m": {"{}": 1}}),
    *(Case(f"where nobody has a replica none is well on the page {page}", page, "Replicas cut off",
           server(MASTER, "master"), {"30m": {}}) for page in ("fleet", "replication")),
    Case("what no limit is known of is not within it", "replication", "Most behind",
         {"redis_group_replica_lag_bytes" + node(REPLICA): "9x120"}, {"30m": limited("none", 9)}),
    Case("a failover is one bar, however many tell of it", "fleet", "Failovers and restarts", _FAILOVER,
         {f"{minute}m": {"{}": int(minute == 71)} for minute in range(70, 76)}),
    Case("it is counted once", "replication", _GROUPS, _FAILOVER, {"100m": {of(): 1}}, "Failovers"),
    Case("an exporter that starts anew is no bar", "fleet", "Failovers and restarts",
         told(failovers_total="3x70 0x20 1x30"), {f"{minute}m": {"{}": int(minute == 92)} for minute in
                                                 (70, 71, 72, 91, 92, 93)}),
    Case("an event is one bar, however many exporters tell of it", "sentinel", "Events",
         {**told(), **{"redis_group_sentinel_events_total"
                       + node(one, event="+odown", subject="master"): "0x70 1x50" for one in ("a:9121", "b:9121")}},
         {"70m": {}, "71m": {'{event="+odown", subject="master"}': 1}, "72m": {}}),
    Case("masters are drawn beside many that have no replicas", "replication", "Buffers of replicas",
         {**{"redis_mem_clients_slaves" + node(f"10.1.0.{one}:6379"): "0x120" for one in range(20)},
          **{f"redis_{name}" + node("10.9.0.1:6379"): f"{value}x120"
             for name, value in (("mem_clients_slaves", 0), ("connected_slaves", 1))}},
         {"100m": {row("10.9.0.1:6379"): 0}}),
    Case("a copy is one bar", "replication", "Copies begun",
         {**_PAIR, "redis_replica_resyncs_full" + node(MASTER): "1x70 2x50"},
         {"70m": {"{}": 0}, "71m": {"{}": 1}, "72m": {"{}": 0}}),
]
