# SPDX-License-Identifier: Apache-2.0
"""What fleets tell, and what panels have to say of it; figures_test.py asks them."""

from dataclasses import dataclass


@dataclass
class Case:
    """panel: its title, or the name of an annotation; column: of a table. series: as promtool writes
    them, {name{labels}: values} each minute. expected: {moment: {labels: value}}."""

    name: str
    page: str
    panel: str
    series: dict
    expected: dict
    column: str = ""


def node(instance, group="shop", job="redis", **more):
    labels = {"job": job, "instance": instance, **({"redis_group": group} if group else {}), **more}
    return "{" + ", ".join(f'{name}="{value}"' for name, value in labels.items()) + "}"


def row(instance, group="shop"):
    return f'{{redis_group="{group}", instance="{instance}"}}'


def of(group="shop"):
    return f'{{redis_group="{group}"}}'


_MASTER, _REPLICA, _DEAD = "10.0.0.1:6379", "10.0.0.2:6379", "10.0.0.3:6379"


def server(instance, role, master=None, **more):
    """A node that is well; it has replicas when it is a master."""
    told = {"redis_up" + node(instance, **more): "1x120",
            "redis_instance_info" + node(instance, role=role, redis_mode="standalone", **more): "1x120"}
    if role == "master":
        told["redis_connected_slaves" + node(instance, **more)] = "1x120"
        told["redis_master_repl_offset" + node(instance, **more)] = "1000+100x120"
    else:
        host, port = master.split(":")
        told["redis_master_link_up" + node(instance, master_host=host, master_port=port, **more)] = "1x120"
    return told


def listed(master, replica, behind=0, **more):
    """What a master says of a replica."""
    host, port = replica.split(":")
    replica = {"slave_ip": host, "slave_port": port, "slave_state": "online"}
    return {
        "redis_connected_slave_offset_bytes" + node(master, **replica, **more): f"{1000 - behind}+100x120",
        "redis_connected_slave_lag_seconds" + node(master, **replica, **more): "1x120"}


def died(told, after=60):
    """The same node, which does not answer any more after so many minutes."""
    return {name: f"1x{after} 0x{119 - after}" if name.startswith("redis_up")
            else f"{values.split('x')[0]}x{after} stale" for name, values in told.items()}


_PAIR = {**server(_MASTER, "master"), **server(_REPLICA, "slave", _MASTER), **listed(_MASTER, _REPLICA, 7)}
_ONE_DIED = {**_PAIR, **died(server(_DEAD, "slave", _MASTER))}
_GROUPS, _REPLICAS = "Groups, the worst first", "Replicas, the worst first"
_PODS = {**server("shop/redis-0", "master"), **server("shop/redis-1", "slave", _MASTER),
         **listed("shop/redis-0", _REPLICA, 7)}
_SENTINEL = "10.0.0.9:26379"


def run(instance, values, run_id, **more):
    return {"redis_instance_info" + node(instance, run_id=run_id, role="master", **more): values}


# Away from minute 70 to 100; W is four minutes.
_AWAY = {**run(_MASTER, "1x70 stale", "a"), **run(_MASTER, "_x100 1x80", "b"), **run(_REPLICA, "1x180", "c")}
_AWAY_FOR_AN_HOUR = {**run(_MASTER, "1x40 stale", "a"), **run(_MASTER, "_x100 1x80", "b")}
_MARKED = {row(_MASTER): 1}

CASES = [
    Case("a group is safe with its replica", "replication", _GROUPS, _PAIR,
         {"30m": {of(): 0}}, "State"),
    Case("a group with a replica that died is not safe", "replication", _GROUPS, _ONE_DIED,
         {"59m": {of(): 0}, "61m": {of(): 3}, "119m": {of(): 3}}, "State"),
    Case("it counts", "replication", "Not safe", _ONE_DIED, {"59m": {"{}": 0}, "61m": {"{}": 1}}),
    Case("a replica that died counts as cut off", "replication", "Replicas cut off", _ONE_DIED,
         {"59m": {"{}": 0}, "61m": {"{}": 1}}),
    Case("a replica that died is down in the table, also when it died before the page's time",
         "replication", _REPLICAS, _ONE_DIED,
         {"59m": {row(_REPLICA): 4, row(_DEAD): 4}, "61m": {row(_REPLICA): 4, row(_DEAD): 0},
          "120m": {row(_REPLICA): 4, row(_DEAD): 0}}, "State"),
    Case("a replica whose target is down has no data", "replication", _REPLICAS,
         {**_PAIR, **{name: values.split("x")[0] + "x60 stale"
                      for name, values in server(_DEAD, "slave", _MASTER).items()},
          "up" + node(_DEAD): "1x60 0x60"},
         {"61m": {row(_REPLICA): 4, row(_DEAD): 1}}, "State"),
    Case("a Sentinel that died is no replica", "replication", _REPLICAS,
         {**_PAIR, "redis_up" + node(_SENTINEL): "1x60 0x60",
          "redis_instance_info" + node(_SENTINEL, redis_mode="sentinel"): "1x60 stale"},
         {"61m": {row(_REPLICA): 4}}, "State"),
    Case("a single node that died is no replica, and its group has no master", "replication", _GROUPS,
         {"redis_up" + node(_DEAD): "0x120"}, {"90m": {of(): 6}}, "State"),
    Case("replicas that only their master tells of are unscraped", "replication", _REPLICAS,
         {**_PAIR, **listed(_MASTER, _DEAD)}, {"30m": {row(_REPLICA): 4, row(_DEAD): 5}}, "State"),
    Case("a replica that is cut off does not hide one that is unscraped", "replication", _REPLICAS,
         {**server(_MASTER, "master"), **listed(_MASTER, _DEAD), **{
             name: values.replace("1x", "0x") if "link_up" in name else values
             for name, values in server(_REPLICA, "slave", _MASTER).items()}},
         {"30m": {row(_REPLICA): 2, row(_DEAD): 5}}, "State"),
    Case("a replica in a pod is told once", "replication", _REPLICAS, _PODS,
         {"30m": {row("shop/redis-1"): 4}}, "State"),
    Case("its lag is that of the group", "replication", _GROUPS, _PODS, {"30m": {of(): 7}}, "Behind"),
    Case("targets with the same job, group and instance are no two masters of one replica",
         "replication", _REPLICAS,
         {name: values for pod in ("a", "b") for name, values in {
             **server(_MASTER, "master", pod=pod), **listed(_MASTER, _REPLICA, 7, pod=pod),
             **listed(_MASTER, _DEAD, 9, pod=pod)}.items()},
         {"30m": {row(_REPLICA): 7, row(_DEAD): 9}}, "Behind"),
    Case("a restart after half an hour is marked once", "fleet", "Restarts", _AWAY,
         {"69m": {}, "80m": {}, "99m": {}, "100m": _MARKED, "103m": _MARKED, "104m": {}, "130m": {},
          "170m": {}}),
    Case("a restart after an hour is marked once", "fleet", "Restarts", _AWAY_FOR_AN_HOUR,
         {"99m": {}, "100m": _MARKED, "103m": _MARKED, "104m": {}, "160m": {}}),
    Case("a restart between two scrapes is marked once", "fleet", "Restarts",
         {**run(_MASTER, "1x70 stale", "a"), **run(_MASTER, "_x71 1x80", "b")},
         {"70m": {}, "71m": _MARKED, "74m": _MARKED, "75m": {}}),
    Case("a new role is no restart", "fleet", "Restarts",
         {**run(_MASTER, "1x70 stale", "a"),
          "redis_instance_info" + node(_MASTER, run_id="a", role="slave"): "_x71 1x80"}, {"73m": {}}),
    Case("a new node is no restart", "fleet", "Restarts", run(_MASTER, "_x71 1x80", "a"), {"73m": {}}),
    Case("an exporter that starts anew is no failover", "fleet", "Failovers",
         {'redis_group_failovers_total{redis_group="shop", job="redis"}': "3x70 0x50"},
         {"72m": {}, "100m": {}}),
    Case("a failover is marked", "fleet", "Failovers",
         {'redis_group_failovers_total{redis_group="shop", job="redis"}': "3x70 4x50"},
         {"70m": {}, "72m": {of(): 1}, "100m": {}}),
]
