# SPDX-License-Identifier: Apache-2.0
"""Servers that live and that Prometheus does not scrape: what is not told is neither down nor well; faults_test.py
asks these cases, too."""

from dashboards.faults import DEAD, MASTER, REPLICA, Case, died, listed, node, of, row, server, unscraped

_GROUPS, _REPLICAS = "Groups, the worst first", "Replicas, the worst first"
_PAIR = {**server(MASTER, "master"), **server(REPLICA, "slave", MASTER), **listed(MASTER, REPLICA, 7)}
_OTHER = "10.0.0.4:6379"  # a replica of the second shard
# Two shards.
_CLUSTER = {name.replace('redis_mode="standalone"', 'redis_mode="cluster"'): values for name, values in {
    **_PAIR, **server(DEAD, "master"), **server(_OTHER, "slave", DEAD)}.items()}
_CLUSTER |= {f"redis_cluster_{name}" + node(one): f"{value}x120" for one in (MASTER, REPLICA, DEAD, _OTHER)
             for name, value in (("enabled", 1), ("state", 1))}
# And what its nodes say of each other, and hold.
_SHARDS = {**_CLUSTER, **{f"redis_{name}" + node(one, **more): f"{value}x120"
                          for one, slots in ((MASTER, 8192), (REPLICA, 0), (DEAD, 8192), (_OTHER, 0))
                          for name, value, more in (
                              ("cluster_slots_assigned", 16384, {}), ("cluster_slots_fail", 0, {}),
                              ("cluster_nodes", 0, {"state": "fail"}), ("cluster_node_slots", slots, {}),
                              ("cluster_masters_without_replicas", 0, {}), ("cluster_open_slots", 0, {"state": "open"}),
                              ("db_keys", 5000, {"db": "db0"}))}}
_STRANGE = {f"redis_group_{name}" + node("exporter:9121"): "0x360"
            for name in ("nodes_with_other_slot_map", "nodes_known_to_few")}
_UNTOLD = {"59m": {"{}": 0}, "61m": {"{}": -1}, "300m": {"{}": -1}}


def with_bad(told, values, **names):
    """The same; one of the nodes that are left says something bad from minute 60 on."""
    return {**told, **{name: values for name in told for part, which in names.items()
                       if name.startswith(f"redis_{part}" + "{") and f'instance="{which}"' in name}}


# What the exporter says of its work on each of two nodes.
_WORK = {f"redis_exporter_{name}" + node(one, **more): f"{value}x120" for one in (MASTER, DEAD) for name, value, more in (
    ("scrape_complete", 1, {}), ("collector_truncated", 0, {"collector": "client_list"}),
    ("check_success", 1, {"check": "keys"}))}
_WORK = {**server(MASTER, "master"), **server(DEAD, "master"), **_WORK}


def turned(instance, first, then, master):
    """What a node was until minute 40, and became."""
    host, port = master.split(":")
    link = "redis_master_link_up" + node(instance, master_host=host, master_port=port)
    is_replica = ("1x40 stale", "_x41 1x79")[then == "slave"]
    return {"redis_up" + node(instance): "1x120", link: is_replica,
            "redis_instance_info" + node(instance, role=first): "1x40 stale",
            "redis_instance_info" + node(instance, role=then): "_x41 1x79"}


def lost(told, instance):
    """The same; of the node there is only that its target is down, from minute 60 on."""
    return {**{name: (values.replace("1x79", "1x18 stale").replace("1x120", "1x60 stale")
                      if f'instance="{instance}"' in name else values) for name, values in told.items()},
            "up" + node(instance): "1x60 0x60"}


_THIRD = server(_OTHER, "slave", MASTER)  # of whom it does not matter here
_WAS_REPLICA = {**_THIRD, **server(MASTER, "master"), **turned(REPLICA, "slave", "master", MASTER)}
_WAS_MASTER = {**_THIRD, **server(MASTER, "master"), **turned(REPLICA, "master", "slave", MASTER)}


def _alone(group):
    """A node without replicas."""
    return {name: values.replace("1x", "0x") if "connected_slaves" in name else values
            for name, values in server(MASTER, "master", group=group).items()}


def _beside(group):
    return {name.replace(MASTER, "10.0.0.5:6379"): values for name, values in _alone(group).items()}


def _compared(group, nodes, bare):
    """What an exporter says of a group with one master."""
    return {f"redis_group_{name}" + node("exporter:9121", group): f"{value}x120" for name, value in (
        ("expected_nodes", nodes), ("duplicate_nodes", 0), ("masters", 1), ("masters_without_candidate", bare))}


# Until the exporter that tells of it dies.
_VANISHED = {name: values.replace("x120", "x60 stale") for name, values in _PAIR.items()}

_TWO_EXPORTERS = {**_PAIR, "up" + node("a:9121", ""): "1x120", "up" + node("b:9121", ""): "1x60 0x60"}
_OF_EXPORTERS = [("Not found", "redis_exporter_discovery_success", "shop", 0),
                 ("Configuration", "redis_exporter_config_last_reload_successful", "", 1)]

_LONE = [("without a group", _alone("")), ("in a group", _alone("cache")),
         ("in a group that an exporter compares", {**_alone("cache"), **_compared("cache", 1, 1)})]

CASES = [
    Case("a master of a Cluster that is not scraped is no replica", "replication", _REPLICAS,
         unscraped(_CLUSTER, DEAD),
         {"59m": {row(REPLICA): 4, row(_OTHER): 4}, "61m": {row(REPLICA): 4, row(_OTHER): 4},
          "300m": {row(REPLICA): 4, row(_OTHER): 4}}, "State"),
    *(Case(f"nor is it cut off on the page {page}", page, "Replicas cut off", unscraped(_CLUSTER, DEAD),
           {"59m": {"{}": 0}, "61m": {"{}": 0}, "300m": {"{}": 0}}) for page in ("replication", "fleet")),
    Case("its Cluster has no data", "replication", _GROUPS, unscraped(_CLUSTER, DEAD),
         {"59m": {of(): 0}, "61m": {of(): 2}, "300m": {of(): 2}}, "State"),
    Case("that is not safe", "replication", "Not safe", unscraped(_CLUSTER, DEAD), {"61m": {"{}": 1}}),
    Case("who was a replica once, and a master in the end, is none", "replication", _REPLICAS,
         lost(_WAS_REPLICA, REPLICA), {"61m": {row(_OTHER): 4}}, "State"),
    Case("its group has no data", "replication", _GROUPS, lost(_WAS_REPLICA, REPLICA), {"61m": {of(): 2}}, "State"),
    Case("who was a master once, and a replica in the end, is one", "replication", _REPLICAS,
         lost(_WAS_MASTER, REPLICA), {"61m": {row(_OTHER): 4, row(REPLICA): 1}}, "State"),
    Case("one that is cut off counts whatever is not scraped", "fleet", "Replicas cut off",
         {**unscraped({**_PAIR, **server(DEAD, "slave", MASTER)}, DEAD),
          "redis_master_link_up" + node(REPLICA, master_host="10.0.0.1", master_port="6379"): "1x60 0x300"},
         {"61m": {"{}": 1}}),
    *(Case(f"{title}: nothing bad is not well while a node is not scraped", "cluster", title,
           {**unscraped(_SHARDS, DEAD), **_STRANGE}, _UNTOLD)
      for title in ("Stopped", "Slots lost", "Nodes failed", "No replica", "Open slots", "Disagree")),
    Case("nor is it known whether shards are even", "cluster", "Unevenness", unscraped(_SHARDS, DEAD),
         {"59m": {'{limit="within"}': 1}, "61m": {"{}": -1}}, figure=True),
    *(Case(f"{title}: what is bad is so whoever is not scraped", "cluster", title,
           with_bad(unscraped(_SHARDS, DEAD), values, **{metric: MASTER}), {"59m": {"{}": 0}, "61m": {"{}": bad}})
      for title, metric, values, bad in (
          ("Stopped", "cluster_state", "1x60 0x300", 1), ("Slots lost", "cluster_slots_fail", "0x60 9x300", 9),
          ("Nodes failed", "cluster_nodes", "0x60 1x300", 1),
          ("No replica", "cluster_masters_without_replicas", "0x60 1x300", 1))),
    Case("a node that an exporter lists and no target is for leaves it untold, too", "cluster", "Stopped",
         {**_SHARDS, "redis_group_expected_nodes" + node("exporter:9121"): "4x60 5x60"},
         {"30m": {"{}": 0}, "90m": {"{}": -1}}),
    *(Case(f"{title}: none is not known of a node that is not scraped", "exporter", title, unscraped(_WORK, DEAD),
           _UNTOLD) for title in ("Partial", "Cut short", "Failed checks")),
    *(Case(f"{title}: one of the others counts", "exporter", title,
           with_bad(unscraped(_WORK, DEAD), values, **{metric: MASTER}), {"59m": {"{}": 0}, "61m": {"{}": 1}})
      for title, metric, values in (("Partial", "exporter_scrape_complete", "1x60 0x300"),
                                    ("Cut short", "exporter_collector_truncated", "0x60 1x300"))),
    *(Case(f"a single node that has no replica is neither safe nor not, {how}", "replication", "Not safe", told,
           {"30m": {"{}": -2}}) for how, told in _LONE),
    *(Case(f"nor does it want failover, {how}", "fleet", "No failover", told, {"30m": {"{}": -2}})
      for how, told in _LONE),
    Case("when it is down its data is not safe", "replication", "Not safe", died(_LONE[0][1]),
         {"59m": {"{}": -2}, "61m": {"{}": 1}}),
    Case("nor is it when it is not scraped", "replication", "Not safe", unscraped(_alone("shop"), MASTER),
         {"59m": {"{}": -2}, "61m": {"{}": 1}}),
    Case("nothing is known of failover of what is not scraped", "fleet", "No failover",
         unscraped(_alone("shop"), MASTER), {"59m": {"{}": -2}, "61m": {"{}": -1}}),
    Case("beside a pair it does not matter for safety", "replication", "Not safe", {**_PAIR, **_beside("cache")},
         {"30m": {"{}": 0}}),
    Case("nor for failover", "fleet", "No failover", {**_PAIR, **_beside("cache"), **_compared("shop", 2, 0)},
         {"30m": {'{limit="within"}': 0}}),
    Case("a master that had a replica wants one", "fleet", "No failover",
         {**_alone("shop"), **_compared("shop", 2, 1)}, {"30m": {'{limit="warning"}': 1}}),
    Case("where nobody compares nothing is known of a pair", "fleet", "No failover", _PAIR, {"30m": {}}),
    *(Case(f"a node that is not scraped is drawn, {what}", "exporter", "Nodes without whole data", told,
           {moment: {"{}": lost_then} for moment, lost_then in found.items()})
      for what, told, found in (
          ("whose target is down", unscraped(_PAIR, REPLICA), {"59m": 0, "61m": 1, "300m": 1}),
          ("of a group that no target is for", _VANISHED, {"59m": 0, "61m": 2, "150m": 2, "20h": 2}),
          ("but not one that was replaced", {**_PAIR, "redis_up" + node(DEAD): "1x60 stale"}, {"59m": 0, "61m": 0}),
          ("nor one that is down", {**_PAIR, "redis_up" + node(DEAD): "1x60 0x60"}, {"59m": 0, "61m": 0}))),
    Case("nor is a group before it came", "exporter", "Nodes without whole data",
         {**_PAIR, **{name: f"_x90 {values}" for name, values in server(DEAD, "master", group="new").items()}},
         {"100m": {"{}": 0}}, past="60m"),
    *(Case(f"{title}: an exporter that is down may tell otherwise", "exporter", title,
           {**_TWO_EXPORTERS, metric + node("a:9121", group): "1x120"},
           {"59m": {"{}": well}, "61m": {"{}": -1}}) for title, metric, group, well in _OF_EXPORTERS),
    *(Case(f"{title}: what another one tells is bad", "exporter", title,
           {**_TWO_EXPORTERS, metric + node("a:9121", group): "1x60 0x60"},
           {"59m": {"{}": well}, "61m": {"{}": 1 - well}}) for title, metric, group, well in _OF_EXPORTERS),
]
