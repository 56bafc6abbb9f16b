# SPDX-License-Identifier: Apache-2.0
"""Where links lead that a row's own label decides: the label is the rest of the address of the page that fits.
faults_test.py asks these cases, too."""

from dashboards.absent import alone
from dashboards.faults import MASTER, REPLICA, SENTINEL, Case, node, server

_PAIR = {**server(MASTER, "master"), **server(REPLICA, "slave", MASTER)}
_CLUSTER = {**_PAIR, "redis_cluster_enabled" + node(MASTER): "1x120"}
_WATCHED = {**_PAIR, "redis_group_configured_sentinels" + node("exporter:9121"): "3x120"}
_CACHE = {**server(MASTER, "master"), "redis_memory_max_bytes" + node(MASTER): "600x120",
          "redis_instance_info" + node(MASTER, maxmemory_policy="allkeys-lru"): "1x120"}
_SENTINEL = {"redis_up" + node(SENTINEL): "1x120",
             "redis_instance_info" + node(SENTINEL, redis_mode="sentinel"): "1x120"}


def _firing(name, group="shop", **more):
    labels = {"alertname": name, "alertstate": "firing", "severity": "critical", "redis_group": group, **more}
    return {"ALERTS{" + ", ".join(f'{label}="{value}"' for label, value in labels.items()) + "}": "1x120"}


CASES = [
    *(Case(f"the kind of {what} leads to the page about it", "fleet", "Groups, the worst first", told,
           {"30m": {"{" + (f'redis_group="{group}", ' if group else "") + f'kind="{page}?of={kind}&var-redis_group={group}"' + "}": 1}}, "E")
      for what, told, page, kind, group in (
          ("a Cluster", _CLUSTER, "cluster", "Cluster", "shop"),
          ("a group that Sentinels watch", _WATCHED, "sentinel", "Sentinel group", "shop"),
          ("Sentinels that are a group", _SENTINEL, "sentinel", "Sentinel", "shop"),
          ("a cache", _CACHE, "keyspace", "cache", "shop"),
          ("a master with replicas", _PAIR, "replication", "replication", "shop"),
          ("a single node", server(MASTER, "master"), "keyspace", "standalone", "shop"),
          ("a node without a group", alone(MASTER), "keyspace", "standalone", ""))),
    *(Case(f"the alert {name} leads to {page}", "fleet", "Alerts that fire", {**_PAIR, **_firing(name, **more)},
           {"30m": {"{" + f'alertname="{name}", severity="critical", redis_group="shop"{instance},'
                    f' about="{page}"' + "}": 3}}, "Severity")
      for name, page, more, instance in (
          ("RedisNoMaster", "replication?var-redis_group=shop", {}, ""),
          ("RedisClusterDown", "cluster?var-redis_group=shop", {}, ""),
          ("RedisSentinelQuorumLost", "sentinel?var-redis_group=shop", {}, ""),
          ("RedisClusterDown", f"instance?var-instance={MASTER}", {"instance": MASTER, "job": "redis"},
           f', instance="{MASTER}"'))),
]
