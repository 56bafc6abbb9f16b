# SPDX-License-Identifier: Apache-2.0
"""Servers that live and that Prometheus does not scrape: what is not told is neither down nor well; faults_test.py
asks these cases, too."""

from dashboards.faults import DEAD, MASTER, REPLICA, Case, listed, node, of, row, server, unscraped

_GROUPS, _REPLICAS = "Groups, the worst first", "Replicas, the worst first"
_PAIR = {**server(MASTER, "master"), **server(REPLICA, "slave", MASTER), **listed(MASTER, REPLICA, 7)}
_OTHER = "10.0.0.4:6379"  # a replica of the second shard
# Two shards.
_CLUSTER = {name.replace('redis_mode="standalone"', 'redis_mode="cluster"'): values for name, values in {
    **_PAIR, **server(DEAD, "master"), **server(_OTHER, "slave", DEAD)}.items()}
_CLUSTER |= {f"redis_cluster_{name}" + node(one): f"{value}x120" for one in (MASTER, REPLICA, DEAD, _OTHER)
             for name, value in (("enabled", 1), ("state", 1))}


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
]
