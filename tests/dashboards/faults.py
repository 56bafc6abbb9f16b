# SPDX-License-Identifier: Apache-2.0
"""What fleets tell, and what panels have to say of it; faults_test.py asks them."""

from dataclasses import dataclass, field


@dataclass
class Case:
    """panel: its title, or the name of an annotation or a variable; column: of a table, or the letter of its query.
    series: as promtool writes them, {name{labels}: values} each minute. expected: {moment: {labels: value}}. past: what
    is drawn of so long before that moment counts, the most of it. group: the one that is chosen; chosen: values of
    other variables. figure: of all that has that title it is the figure."""

    name: str
    page: str
    panel: str
    series: dict
    expected: dict
    column: str = ""
    past: str = ""
    group: str = ".*"
    figure: bool = False
    chosen: dict = field(default_factory=dict)


def node(instance, group="shop", job="redis", **more):
    labels = {"job": job, "instance": instance, **({"redis_group": group} if group else {}), **more}
    return "{" + ", ".join(f'{name}="{value}"' for name, value in labels.items()) + "}"


def row(instance, group="shop"):
    return f'{{redis_group="{group}", instance="{instance}"}}'


def of(group="shop"):
    return f'{{redis_group="{group}"}}'


MASTER, REPLICA, DEAD = "10.0.0.1:6379", "10.0.0.2:6379", "10.0.0.3:6379"


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


_PAIR = {**server(MASTER, "master"), **server(REPLICA, "slave", MASTER), **listed(MASTER, REPLICA, 7)}
_ONE_DIED = {**_PAIR, **died(server(DEAD, "slave", MASTER))}
_ALONE = {name: values for name, values in {
    **server(MASTER, "master"), **died(server(DEAD, "master"))}.items() if "connected_slaves" not in name}
_GROUPS, _REPLICAS = "Groups, the worst first", "Replicas, the worst first"
_PODS = {**server("shop/redis-0", "master"), **server("shop/redis-1", "slave", MASTER),
         **listed("shop/redis-0", REPLICA, 7)}
SENTINEL = "10.0.0.9:26379"


def unscraped(told, *gone, hours=1):
    """The same, from after that many hours on of these nodes only that their targets are down."""
    return {**{name: values.replace("x120", f"x{60 * hours} stale" if any(
        f'instance="{one}"' in name for one in gone) else "x360") for name, values in told.items()},
        **{"up" + node(one): f"1x{60 * hours} 0x300" for one in gone}}


def long(told):
    """The same, for six hours."""
    return {name: values.replace("x120", "x360").replace("x59", "x300") for name, values in told.items()}


_CLUSTER = {metric + node(one): "1x120" for one in (MASTER, REPLICA)
            for metric in ("redis_up", "redis_cluster_enabled", "redis_cluster_state")} | {
                "redis_cluster_slots_assigned" + node(MASTER): "16384x120"}
_MIB = 1048576


def _busy(written):
    """A master that writes so many bytes a second, and a replica that is 30 MiB behind."""
    a_minute = f"+{60 * written}x120"
    return {**_PAIR, "redis_connected_slave_offset_bytes" + node(
                MASTER, slave_ip="10.0.0.2", slave_port="6379", slave_state="online"): f"0{a_minute}",
            "redis_master_repl_offset" + node(MASTER): f"{30 * _MIB}{a_minute}",
            "redis_master_repl_offset" + node(REPLICA): f"0{a_minute}"}


_MASTERLESS = {**died(server(MASTER, "master")), **server(REPLICA, "slave", MASTER),
               "redis_master_link_up" + node(REPLICA, master_host="10.0.0.1", master_port="6379"): "1x60 0x60"}
_LOOSE = {**{name.replace(', redis_group="shop"', ""): values for name, values in long(_ONE_DIED).items()}}

def run(instance, values, run_id, **more):
    return {"redis_instance_info" + node(instance, run_id=run_id, role="master", **more): values}


# Away from minute 70 to 100; W is four minutes.
_AWAY = {**run(MASTER, "1x70 stale", "a"), **run(MASTER, "_x100 1x80", "b"), **run(REPLICA, "1x180", "c")}
_AWAY_FOR_AN_HOUR = {**run(MASTER, "1x40 stale", "a"), **run(MASTER, "_x100 1x80", "b")}
_MARKED = {row(MASTER): 1}

def both(metric, values, **more):
    """Of two groups, of which one dies after an hour."""
    count = int(values.rpartition("x")[2])
    return {metric + node(MASTER, **more): values,
            metric + node(DEAD, "dead", **more): values[:-len(str(count))] + f"{count // 2} stale"}


_TWO = {**both("redis_up", "1x120"),
        **both("redis_instance_info", "1x120", role="master", maxmemory_policy="noeviction"),
        **both("redis_memory_used_bytes", "300x120"), **both("redis_memory_max_bytes", "600x120"),
        **both("redis_memory_used_dataset_bytes", "200x120"), **both("redis_connected_clients", "5x120"),
        **both("redis_db_keys", "50x120", db="db0"), **both("redis_db_keys_expiring", "10x120", db="db0"),
        **both("redis_errors_total", "0+30x120", err="MOVED"), **both("redis_total_error_replies", "0+90x120"),
        **both("redis_latest_fork_seconds", "2x120"),
        **both("redis_last_slow_execution_duration_seconds", "3x120"),
        **both("redis_lazyfree_pending_objects", "4x120"),
        **both("redis_slowlog_length", "9x120"), **both("redis_slowlog_last_id", "100+1x120"),
        **both("redis_group_replica_lag_bytes", "70x120"), **both("redis_master_repl_offset", "0+60x120"),
        **both("redis_connected_slaves", "1x120"), **both("redis_group_backlog_seconds", "80x120"),
        **both("redis_exporter_last_scrape_duration_seconds", "6x120")}


def draws_the_dead(page, panel, value, rows):
    shop, dead = {"group": (of(), of("dead")), "node": (row(MASTER), row(DEAD, "dead"))}[rows]
    return Case(f"{panel} draws what died", page, panel, _TWO, {"80m": {shop: value, dead: value}},
                past="40m")


# Slow calls, at most two within four minutes; the log is emptied after 50 minutes.
_SLOW_LOG = {"redis_slowlog_length" + node(MASTER): "3+1x49 0x9 1x60",
             "redis_slowlog_last_id" + node(MASTER): "500+1x49 0x9 551x60"}
_EVENT = node(MASTER, event_name="fork")
_FIRST_EVENT = {"redis_up" + node(MASTER): "1x120",
                "redis_latency_spike_duration_seconds" + _EVENT: "_x60 0.5x60",
                "redis_latency_spike_last" + _EVENT: "_x60 1000x60"}

def by_sentinels(metric, value):
    return {f'{metric}{{job="redis", redis_group="{group}"}}': f"{value}x60" for group in ("shop", "carts")}


# Three Sentinels that watch two groups; one of them is in TILT, another one is dead.
_SENTINELS = {
    **{"redis_up" + node(MASTER, group): "1x60" for group in ("shop", "carts")},
    **by_sentinels("redis_group_configured_sentinels", 3), **by_sentinels("redis_group_agreeing_sentinels", 2),
    **by_sentinels("redis_group_sentinels_in_tilt", 1)}

CASES = [
    Case("a group is safe with its replica", "replication", _GROUPS, _PAIR,
         {"30m": {of(): 0}}, "State"),
    Case("a group with a replica that died is not safe", "replication", _GROUPS, _ONE_DIED,
         {"59m": {of(): 0}, "61m": {of(): 5}, "119m": {of(): 5}}, "State"),
    Case("it counts", "replication", "Not safe", _ONE_DIED, {"59m": {"{}": 0}, "61m": {"{}": 1}}),
    Case("a replica that died counts as cut off", "replication", "Replicas cut off", _ONE_DIED,
         {"59m": {"{}": 0}, "61m": {"{}": 1}}),
    Case("a replica that died is down in the table, also when it died before the page's time",
         "replication", _REPLICAS, _ONE_DIED,
         {"59m": {row(REPLICA): 4, row(DEAD): 4}, "61m": {row(REPLICA): 4, row(DEAD): 0},
          "120m": {row(REPLICA): 4, row(DEAD): 0}}, "State"),
    Case("a replica whose target is down has no data", "replication", _REPLICAS,
         {**_PAIR, **{name: values.split("x")[0] + "x60 stale"
                      for name, values in server(DEAD, "slave", MASTER).items()},
          "up" + node(DEAD): "1x60 0x60"},
         {"61m": {row(REPLICA): 4, row(DEAD): 1}}, "State"),
    Case("a group with a replica whose target is down has no data also after hours", "replication", _GROUPS,
         unscraped({**_PAIR, **server(DEAD, "slave", MASTER)}, DEAD),
         {"59m": {of(): 0}, "61m": {of(): 2}, "300m": {of(): 2}}, "State"),
    Case("it is in the table", "replication", _REPLICAS,
         unscraped({**_PAIR, **server(DEAD, "slave", MASTER)}, DEAD),
         {"300m": {row(REPLICA): 4, row(DEAD): 1}}, "State"),
    Case("whether it is cut off is not told", "replication", "Replicas cut off",
         unscraped({**_PAIR, **server(DEAD, "slave", MASTER)}, DEAD), {"59m": {"{}": 0}, "300m": {"{}": -1}}),
    Case("a replica without a group that died is missed also after hours", "replication", _GROUPS, _LOOSE,
         {"59m": {"{}": 0}, "61m": {"{}": 5}, "300m": {"{}": 5}}, "State"),
    Case("a master without replicas that died is no replica after hours, beside another", "replication", _GROUPS,
         long({**_ALONE}), {"61m": {of(): 10}, "300m": {of(): 10}}, "State"),
    Case("a master whose target is down is not safe", "replication", _GROUPS, unscraped(_PAIR, MASTER),
         {"59m": {of(): 0}, "61m": {of(): 7}, "300m": {of(): 7}}, "State"),
    Case("nor well", "fleet", _GROUPS, unscraped(_PAIR, MASTER), {"59m": {of(): 0}, "61m": {of(): 7}}, "State"),
    Case("a node whose target is down is in the table", "fleet", "Nodes, the worst first", unscraped(_PAIR, MASTER),
         {"59m": {row(MASTER): 1, row(REPLICA): 1}, "61m": {row(MASTER): -1, row(REPLICA): 1}}, "Up"),
    Case("it is among those that are down", "fleet", "Nodes that are down", unscraped(_PAIR, MASTER),
         {"59m": {}, "61m": {f'{{redis_group="shop", instance="{MASTER}", reason="not scraped"}}': -1}}),
    Case("a Cluster that a node finds stopped is not well", "fleet", _GROUPS,
         {**_CLUSTER, "redis_cluster_state" + node(MASTER): "1x60 0x60"},
         {"59m": {of(): 0}, "61m": {of(): 11}}, "State"),
    Case("nor is one that lost slots", "fleet", _GROUPS,
         {**_CLUSTER, "redis_cluster_slots_fail" + node(MASTER): "0x60 5461x60"},
         {"59m": {of(): 0}, "61m": {of(): 12}}, "State"),
    Case("a Cluster with a node whose target is down is not well", "cluster", "Clusters, the worst first",
         unscraped(_CLUSTER, REPLICA), {"59m": {of(): 0}, "61m": {of(): 2}}, "State"),
    Case("the node tells nothing", "cluster", "Nodes, and what they see", unscraped(_CLUSTER, REPLICA),
         {"61m": {row(MASTER): 1, row(REPLICA): -2}}, "Finds it"),
    Case("a Sentinel that died is no replica", "replication", _REPLICAS,
         {**_PAIR, "redis_up" + node(SENTINEL): "1x60 0x60",
          "redis_instance_info" + node(SENTINEL, redis_mode="sentinel"): "1x60 stale"},
         {"61m": {row(REPLICA): 4}}, "State"),
    Case("a single node of which nothing else is known is neither a replica nor a missing master", "replication",
         _GROUPS, {"redis_up" + node(DEAD): "0x120"}, {"90m": {of(): -2}}, "State"),
    Case("a master of a group without replicas that died is no replica", "replication", _GROUPS,
         _ALONE, {"59m": {of(): -1}, "61m": {of(): 10}}, "State"),
    Case("nor is it in the table of replicas", "replication", _REPLICAS, _ALONE, {"61m": {}}, "State"),
    Case("a master that died and was replaced is missed as a replica", "replication", _REPLICAS,
         {**died(server(MASTER, "master")), **died(server(REPLICA, "slave", MASTER)),
          **{name: values if "redis_up" in name else "_x62 1x60"
             for name, values in server(REPLICA, "master").items()}},
         {"65m": {row(MASTER): 0}}, "State"),
    Case("that is said where it stands", "replication", _REPLICAS,
         {**died(server(MASTER, "master")), **died(server(REPLICA, "slave", MASTER)),
          "redis_slave_info" + node(MASTER, master_host="10.0.0.9", master_port="6379"): "1x20 stale",
          **{name: values if "redis_up" in name else "_x62 1x60"
             for name, values in server(REPLICA, "master").items()}},
         {"59m": {}, "65m": {f'{{redis_group="shop", instance="{MASTER}", master="was master itself"}}': 0}}, "B"),
    Case("a group that nobody compares is without a master when that died", "replication", _GROUPS, _MASTERLESS,
         {"59m": {of(): 0}, "61m": {of(): 10}, "119m": {of(): 10}}, "State"),
    Case("but not while a replica took over", "replication", _GROUPS,
         {**_MASTERLESS, **{name: values if "redis_up" in name else "_x62 1x60"
             for name, values in server(REPLICA, "master").items()}},
         {"65m": {of(): 5}}, "State"),
    Case("nor of a master that no exporter is for", "replication", _GROUPS, server(REPLICA, "slave", MASTER),
         {"61m": {of(): 0}}, "State"),
    Case("a shard of a Cluster that died with its replica is down", "replication", _GROUPS,
         {**_CLUSTER, **{name: values.replace("1x120", "1x60 0x60") if "link" in name else values
              for name, values in _PAIR.items()},
          "redis_cluster_slots_fail" + node(MASTER): "0x60 5461x60"}, {"59m": {of(): 0}, "61m": {of(): 9}}, "State"),
    Case("also when the masters that are left are too few to agree", "replication", _GROUPS,
         {**_CLUSTER, **_PAIR, "redis_cluster_slots_pfail" + node(MASTER): "0x60 9000x60",
          "redis_cluster_state" + node(MASTER): "1x60 0x60"}, {"59m": {of(): 0}, "61m": {of(): 9}}, "State"),
    Case("a single node without a group that died beside others is not safe", "replication", _GROUPS,
         {name.replace(', redis_group="shop"', ""): values
          for name, values in {**_PAIR, **died(server(DEAD, "master"))}.items()},
         {"59m": {"{}": 0}, "61m": {"{}": 10}, "119m": {"{}": 10}}, "State"),
    Case("a group with a replica of another master is not safe", "replication", _GROUPS,
         {**_PAIR, "redis_group_stale_replicas" + node("exporter:9121"): "0x60 1x60"},
         {"59m": {of(): 0}, "61m": {of(): 4}}, "State"),
    *(case for told in ({}, {"redis_group_replica_lag_bytes" + node(REPLICA): f"{30 * _MIB}x120"}) for case in (
        Case("what two seconds write is not behind", "replication", _GROUPS, {**_busy(20 * _MIB), **told},
             {"30m": {of(): 0}}, "State"),
        Case("it is within the limit", "replication", "Most behind", {**_busy(20 * _MIB), **told},
             {"30m": {'{limit="within"}': 30 * _MIB}}),
        Case("the same is far behind where little is written", "replication", _GROUPS, {**_busy(_MIB), **told},
             {"30m": {of(): 1}}, "State"),
        Case("it is beyond the limit", "replication", "Most behind", {**_busy(_MIB), **told},
             {"30m": {'{limit="warning"}': 30 * _MIB}}))),
    Case("a replica that copies all data is not behind", "replication", "Most behind",
         {**_busy(_MIB), "redis_master_sync_in_progress" + node(REPLICA): "1x120"},
         {"30m": {'{limit="within"}': 30 * _MIB}}),
    Case("where nobody compares nothing is known of failover", "fleet", "No failover", _PAIR, {"30m": {}}),
    Case("a group that could fail over is well", "fleet", "No failover",
         {**_PAIR, **{f"redis_group_{name}" + node("exporter:9121"): f"{value}x120" for name, value in (
             ("expected_nodes", 2), ("duplicate_nodes", 0), ("masters", 1), ("masters_without_candidate", 0))}},
         {"30m": {'{limit="within"}': 0}}),
    Case("replicas that only their master tells of are unscraped", "replication", _REPLICAS,
         {**_PAIR, **listed(MASTER, DEAD)}, {"30m": {row(REPLICA): 4, row(DEAD): 5}}, "State"),
    Case("a replica that is cut off does not hide one that is unscraped", "replication", _REPLICAS,
         {**server(MASTER, "master"), **listed(MASTER, DEAD), **{
             name: values.replace("1x", "0x") if "link_up" in name else values
             for name, values in server(REPLICA, "slave", MASTER).items()}},
         {"30m": {row(REPLICA): 2, row(DEAD): 5}}, "State"),
    Case("a replica in a pod is told once", "replication", _REPLICAS, _PODS,
         {"30m": {row("shop/redis-1"): 4}}, "State"),
    Case("also when an exporter compares the group by addresses", "replication", _REPLICAS,
         {**_PODS, "redis_group_replica_lag_bytes" + node(REPLICA): "9x120"},
         {"30m": {row("shop/redis-1"): 4}}, "State"),
    Case("its lag is that of the group", "replication", _GROUPS, _PODS, {"30m": {of(): 7}}, "Behind"),
    Case("targets with the same job, group and instance are no two masters of one replica",
         "replication", _REPLICAS,
         {name: values for pod in ("a", "b") for name, values in {
             **server(MASTER, "master", pod=pod), **listed(MASTER, REPLICA, 7, pod=pod),
             **listed(MASTER, DEAD, 9, pod=pod)}.items()},
         {"30m": {row(REPLICA): 7, row(DEAD): 9}}, "Behind"),
    Case("a restart after half an hour is marked once", "fleet", "Restarts", _AWAY,
         {"69m": {}, "80m": {}, "99m": {}, "100m": _MARKED, "103m": _MARKED, "104m": {}, "130m": {},
          "170m": {}}),
    Case("a restart after an hour is marked once", "fleet", "Restarts", _AWAY_FOR_AN_HOUR,
         {"99m": {}, "100m": _MARKED, "103m": _MARKED, "104m": {}, "160m": {}}),
    Case("a restart between two scrapes is marked once", "fleet", "Restarts",
         {**run(MASTER, "1x70 stale", "a"), **run(MASTER, "_x71 1x80", "b")},
         {"70m": {}, "71m": _MARKED, "74m": _MARKED, "75m": {}}),
    Case("a restart of a server whose runs have no name is marked once", "fleet", "Restarts",
         {"redis_uptime_in_seconds" + node(MASTER): "9000+60x70 _x29 0+60x80"},
         {"70m": {}, "99m": {}, "100m": _MARKED, "103m": _MARKED, "104m": {}, "150m": {}}),
    Case("a new role is no restart", "fleet", "Restarts",
         {**run(MASTER, "1x70 stale", "a"),
          "redis_instance_info" + node(MASTER, run_id="a", role="slave"): "_x71 1x80"}, {"73m": {}}),
    Case("a new node is no restart", "fleet", "Restarts", run(MASTER, "_x71 1x80", "a"), {"73m": {}}),
    Case("an exporter that starts anew is no failover", "fleet", "Failovers",
         {'redis_group_failovers_total{redis_group="shop", job="redis"}': "3x70 0x50"},
         {"72m": {}, "100m": {}}),
    Case("a failover is marked, of a group with a chosen node", "fleet", "Failovers",
         {"redis_up" + node(MASTER): "1x120", **{
             f'redis_group_failovers_total{{redis_group="{group}", job="redis"}}': "3x70 4x50"
             for group in ("shop", "carts")}},
         {"70m": {}, "72m": {of(): 1}, "100m": {}}),
    draws_the_dead("fleet", "Memory by group", 300, "group"),
    draws_the_dead("fleet", "Fullest node of a group", 0.5, "group"),
    draws_the_dead("fleet", "Clients by group", 5, "group"),
    draws_the_dead("fleet", "Replicas behind", 70, "group"),
    draws_the_dead("keyspace", "Keys by group", 50, "group"),
    draws_the_dead("keyspace", "Keys without a TTL by group", 40, "group"),
    draws_the_dead("keyspace", "Bytes a key by group", 4, "group"),
    draws_the_dead("keyspace", "Waiting to be freed", 4, "node"),
    draws_the_dead("commands", "Errors by node", 1, "node"),
    draws_the_dead("commands", "Newest entry of the slow log", 3, "node"),
    draws_the_dead("commands", "Slow log", 1, "node"),
    draws_the_dead("commands", "Last fork", 2, "node"),
    draws_the_dead("capacity", "Fullest nodes", 0.5, "node"),
    draws_the_dead("capacity", "Memory by group", 300, "group"),
    draws_the_dead("replication", "Bytes behind", 70, "node"),
    draws_the_dead("replication", "Written to replicas", 1, "node"),
    draws_the_dead("replication", "What the backlog holds, in time", 80, "node"),
    draws_the_dead("exporter", "Slowest nodes", 6, "node"),
    Case("an emptied slow log is no burst, nor is the first entry after it", "commands", "Slow log", _SLOW_LOG,
         {"48m": {row(MASTER): 1}, "50m": {row(MASTER): 0}, "58m": {row(MASTER): 0},
          "60m": {row(MASTER): 1}, "61m": {row(MASTER): 0}}),
    Case("an entry is in one bar", "instance", "Slow log",
         {"redis_slowlog_length" + node(MASTER): "1x20 2x20", "redis_slowlog_last_id" + node(MASTER): "7x20 8x20"},
         {f"{minute}m": {"{}": int(minute == 21)} for minute in range(19, 26)}),
    *(Case(f"a snapshot {what}", "instance", "Last snapshot",
           {"redis_rdb_last_save_timestamp_seconds" + node(MASTER): f"{last}x60",
            "redis_start_time_seconds" + node(MASTER): "1000x60",
            "redis_config_save_enabled" + node(MASTER): f"{enabled}x60"}, {"30m": {"{}": shown}})
      for what, last, enabled, shown in (
          ("that was written is told", 2000, 0, 2000000), ("that was never written is not its start", 1000, 1, 0),
          ("that nobody writes is off", 1000, 0, -1))),
    Case("a gap in scraping is no empty server", "instance", "What memory is for",
         {"redis_memory_used_bytes" + node(MASTER): "100x20 _x20 100x20",
          "redis_memory_used_overhead_bytes" + node(MASTER): "60x20 _x20 60x20",
          "redis_memory_used_startup_bytes" + node(MASTER): "10x20 _x20 10x20"},
         {"20m": {"{}": 50}, "30m": {}, "50m": {"{}": 50}}, "B"),
    Case("the first latency event is drawn", "commands", "Latency events", _FIRST_EVENT,
         {"59m": {}, "60m": {'{event_name="fork"}': 0.5}, "63m": {'{event_name="fork"}': 0.5}, "65m": {}}),
    Case("an event of before the node was scraped is not", "commands", "Latency events",
         {name: "_x60 " + values.removeprefix("_x60 ") for name, values in _FIRST_EVENT.items()},
         {"60m": {}, "63m": {}}),
    Case("the next event is drawn", "commands", "Latency events",
         {**_FIRST_EVENT, "redis_latency_spike_last" + _EVENT: "_x60 1000x20 5000x40"},
         {"79m": {}, "82m": {'{event_name="fork"}': 0.5}, "90m": {}}),
    Case("a Sentinel of two groups that is missing is one", "sentinel", "Missing", _SENTINELS, {"30m": {"{}": 1}}),
    Case("a Sentinel of two groups that is in TILT is one", "sentinel", "In TILT", _SENTINELS, {"30m": {"{}": 1}}),
    Case("a Sentinel that is scraped in two groups and in TILT is one", "sentinel", "In TILT",
         {"redis_sentinel_tilt" + node(SENTINEL, group): "1x60" for group in ("shop", "carts")},
         {"30m": {"{}": 1}}),
    Case("two Sentinels in TILT that nobody compares are two", "sentinel", "In TILT",
         {"redis_sentinel_tilt" + node(SENTINEL): "1x60", "redis_sentinel_tilt" + node(DEAD): "1x60"},
         {"30m": {"{}": 2}}),
]
