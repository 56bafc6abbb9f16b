# SPDX-License-Identifier: Apache-2.0
"""What is not there, and what is there and not told of; faults_test.py asks these cases, too."""

import functools

from dashboards.faults import MASTER, REPLICA, SENTINEL, Case, node, of, server

_Figure = functools.partial(Case, figure=True)
_OF_CLUSTERS = ("Stopped", "Slots lost", "Nodes failed", "No replica", "Open slots", "Disagree", "Unevenness",
                "Failovers")
_SERVERS = {**server(MASTER, "master"), **server(REPLICA, "slave", MASTER)}
_NONE = {**_SERVERS, **{"redis_cluster_enabled" + node(one): "0x120" for one in (MASTER, REPLICA)}}
# As redis_exporter tells of one, and of no slots.
_BARE = {**_NONE, **{f"redis_cluster_{name}" + node(MASTER): "1x120" for name in ("enabled", "state")}}
# Removed after an hour.
_LEFT = {name: f"{values[0]}x60 stale" for name, values in _BARE.items()}
# Of which no node answers after an hour.
_DEAD = {name: "1x60 0x300" if "redis_up" in name else values for name, values in _LEFT.items()}

_SENTINEL = {"redis_up" + node(SENTINEL, "watch"): "1x120",
             "redis_instance_info" + node(SENTINEL, "watch", redis_mode="sentinel"): "1x120"}
_OF_REPLICAS = ("Most behind", "Most silent", "Least backlog")
_GONE = {name: f"{values.split('x')[0]}x60 stale" for name, values in _SERVERS.items()}



def alone(instance, values="1x120"):
    """A node without a group."""
    return {"redis_up" + node(instance, ""): values}


_MASTER_ALONE = f"var-instance={MASTER}"
_ANOTHER = {"redis_up" + node(REPLICA): "1x120"}
_GROUPS = "Groups, the worst first"

CASES = [
    *(_Figure(f"without a Cluster there is none: {title}", "cluster", title, _NONE, {"30m": {}})
      for title in _OF_CLUSTERS),
    *(_Figure(f"what nobody tells of a Cluster is not told: {title}", "cluster", title, _BARE, {"30m": {"{}": value}})
      for title, value in (("Stopped", 0), ("Slots lost", -1), ("Nodes failed", -1), ("No replica", -1),
                           ("Open slots", -1), ("Disagree", -1), ("Unevenness", -2), ("Failovers", -1))),
    *(_Figure(f"a Cluster that was there is not told of for a day: {title}", "cluster", title, _LEFT,
              {"61m": {"{}": -1}, "20h": {"{}": -1}, "50h": {}}) for title in _OF_CLUSTERS),
    *(_Figure(f"a Cluster that is dead is not told of: {title}", "cluster", title, _DEAD,
              {"61m": {"{}": -1}, "5h": {"{}": -1}})
      for title in ("No replica", "Open slots", "Disagree", "Unevenness", "Failovers")),
    *(_Figure(f"without Sentinels there is none: {title}", "sentinel", title, _SERVERS, {"30m": {}})
      for title in ("No failover", "Masters down", "Missing", "Disagree", "In TILT", "Sentinels")),
    _Figure("Sentinels alone are no servers whose data is safe", "replication", "Not safe", _SENTINEL, {"30m": {}}),
    Case("nor are they a group", "replication", _GROUPS, _SENTINEL, {"30m": {}}, "State"),
    _Figure("a server whose role is not told is not safe", "replication", "Not safe",
            {"redis_up" + node(MASTER): "1x120"}, {"30m": {"{}": -1}}),
    *(_Figure(f"without replicas there are none: {title}", "replication", title, server(MASTER, "master"),
              {"30m": {}}) for title in (*_OF_REPLICAS, "Links lost")),
    *(_Figure(f"what nobody tells of a replica is not told: {title}", "replication", title,
              server(REPLICA, "slave", MASTER), {"30m": {"{}": -1}}) for title in _OF_REPLICAS),
    *(_Figure(f"replicas that were there are not told of: {title}", "replication", title, _GONE,
              {"200m": {"{}": -1}, "50h": {}}) for title in (*_OF_REPLICAS, "Links lost")),
    *(Case(f"{what} is named", "fleet", "lone_node", told, {moment: {f'{{instance="&{name}"}}': value}})
      for what, told, moment, name, value in (
          ("the only node without a group", {**alone(MASTER), **_ANOTHER}, "30m", _MASTER_ALONE, 1),
          ("one that is down", alone(MASTER, "0x120"), "30m", _MASTER_ALONE, 0),
          ("one that is not scraped any more", alone(MASTER, "1x60 stale"), "90m", _MASTER_ALONE, 1),
          ("one whose target is down", {**alone(MASTER, "1x60 stale"), "up" + node(MASTER, ""): "1x60 0x60"}, "90m",
           _MASTER_ALONE, 1),
          ("neither of two of which one has such a target",
           {**alone(MASTER, "1x60 stale"), "up" + node(MASTER, ""): "1x60 0x60", **alone(REPLICA)}, "90m",
           "", 2),
          ("one that replaced another one", {**alone(MASTER, "1x60 stale"), **alone(REPLICA)}, "90m",
           f"var-instance={REPLICA}", 1),
          ("neither of two", {**alone(MASTER), **alone(REPLICA)}, "30m", "", 2),
          ("no node of a group", _ANOTHER, "30m", "", 0))),
    *(Case(f"its row of the table of {page} leads to it", page, panel, {**alone(MASTER), **_ANOTHER,
           **{name.replace(', redis_group="shop"', ""): "1x120" for name in server(MASTER, "master")},
           **{"redis_db_keys" + node(one, group, db="db0"): "7x120"
              for one, group in ((MASTER, ""), (REPLICA, "shop"))}},
           {"30m": {of(f"&{_MASTER_ALONE}"): value, **others}}, column, chosen={"lone_node": f"&{_MASTER_ALONE}"})
      for page, panel, column, value, others in (
          ("fleet", _GROUPS, "State", 0, {of(): 0}), ("replication", _GROUPS, "State", 0, {}),
          ("keyspace", "Groups, the largest first", "Keys", 7, {of(): 7}))),
]
