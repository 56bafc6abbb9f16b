# SPDX-License-Identifier: Apache-2.0
"""Faults that others hide: of several groups, nodes, masters, jobs or commands, one is not well; faults_test.py asks
these cases, too."""

from dashboards.faults import DEAD, MASTER, REPLICA, SENTINEL, Case, by_sentinels, node, of, row

# A Cluster that is away from minute 60 to 90, and gets a node at 110.
_GROWN = {"redis_up" + node(MASTER): "1x120", "redis_cluster_state" + node(MASTER): "1x60 0x29 1x30",
          "redis_up" + node(DEAD): "_x110 1x10", "redis_cluster_state" + node(DEAD): "_x110 1x10"}

# Two groups; of one, no Sentinel answers any more.
_ONE_SILENT = {
    **{"redis_up" + node(MASTER, group): "1x60" for group in ("shop", "carts")},
    **by_sentinels("redis_group_configured_sentinels", 3),
    **{f'redis_group_answering_sentinels{{job="redis", redis_group="{group}"}}': values
       for group, values in (("shop", "3x60"), ("carts", "3x30 0x30"))},
    **{f'redis_group_sentinels{{job="redis", redis_group="{group}"}}': values
       for group, values in (("shop", "3x60"), ("carts", "3x30 stale"))}}


def commands(instance, group, a_second, mode):
    return {"redis_up" + node(instance, group): "1x120",
            "redis_instance_info" + node(instance, group, role="master", redis_mode=mode): "1x120",
            "redis_commands_processed_total" + node(instance, group): f"0+{60 * a_second}x120"}


# A shard of a Cluster beside ten busier servers.
_QUIET_SHARD = {
    **commands(MASTER, "shop", 1, "cluster"), "redis_cluster_enabled" + node(MASTER): "1x120",
    **{name: values for n in range(10)
       for name, values in commands(f"10.1.0.{n}:6379", "busy", 9, "standalone").items()}}

# Two nodes, of which one is older than 6.2, and tells of its whole process alone.
_BUSY = {f"redis_cpu_{name}_seconds_total" + node(one): f"0+{a_minute}x120"
         for one, name, a_minute in ((MASTER, "user_main_thread", 7.5), (MASTER, "sys_main_thread", 7.5),
                                     (MASTER, "user", 30), (MASTER, "sys", 30), (DEAD, "user", 45), (DEAD, "sys", 30))}

# A failover at minute 60: the master becomes the replica.
_SWAPPED = {
    **{"redis_up" + node(one): "1x120" for one in (MASTER, REPLICA)},
    **{"redis_master_repl_offset" + node(one): "0+60x120" for one in (MASTER, REPLICA)},
    "redis_instance_info" + node(MASTER, role="master"): "1x60 stale",
    "redis_instance_info" + node(MASTER, role="slave"): "_x61 1x59",
    "redis_instance_info" + node(REPLICA, role="slave"): "1x60 stale",
    "redis_instance_info" + node(REPLICA, role="master"): "_x61 1x59",
    "redis_connected_slaves" + node(MASTER): "1x60 0x59", "redis_connected_slaves" + node(REPLICA): "0x60 1x59",
    "redis_master_link_up" + node(REPLICA, master_host="10.0.0.1", master_port="6379"): "1x60 stale",
    "redis_master_link_up" + node(MASTER, master_host="10.0.0.2", master_port="6379"): "_x61 1x59"}


def others(first, last, n):
    """So many others with these values, the last one with its own, which is better."""
    return {f"10.1.0.{one}:6379": first if one < n - 1 else last for one in range(n)}


def link(instance, master, values):
    return {"redis_master_link_up" + node(instance, master_host=master, master_port="6379"): values}


def usable(sentinel, master, values):
    return {"redis_sentinel_master_ok_sentinels"
            + node(sentinel, "", master_name="shop", master_address=master): values}


# A replica that is cut off from minute 60 to 90 and then gets another master; twenty others are for a while.
_LINKED = others("1x95 0x4 1x19", "1x95 0x1 1x22", 20)
_CUT_OFF = {**link(REPLICA, "10.0.0.1", "1x60 0x29 stale"), **link(REPLICA, "10.0.0.3", "_x91 1x29"),
            **{name: told for one, values in _LINKED.items() for name, told in link(one, "10.0.0.1", values).items()}}
# A Sentinel that sees no other one until a failover; ten that see some.
_SEEING = others("2x120", "3x120", 10)
_LONELY = {**usable(SENTINEL, MASTER, "1x60 stale"), **usable(SENTINEL, REPLICA, "_x61 5x59"),
           **{name: told for one, values in _SEEING.items() for name, told in usable(one, MASTER, values).items()}}

_REFUSED = {"redis_up" + node(MASTER): "1x60 0x59", "redis_uptime_in_seconds" + node(MASTER): "0+60x60 stale",
            "redis_instance_info" + node(MASTER, role="master"): "1x60 stale",
            **{"redis_exporter_node_failure" + node(MASTER, reason=reason): values
               for reason, values in (("dns", "0x120"), ("refused", "0x60 1x59"))}}
_TWO_JOBS = {"redis_up" + node(MASTER): "1x120", "redis_up" + node(MASTER, job="page"): "0x120"}

# No growth is known yet, of one at 99 % and one at 10 %.
_UNKNOWN = 10 * 365 * 86400 + 1
_NEW = {name + node(one): f"{value}x60" for one, used in ((MASTER, 99), (REPLICA, 10)) for name, value in (
    ("redis_up", 1), ("redis_memory_used_bytes", used), ("redis_memory_max_bytes", 100))}
_NEW |= {"redis_instance_info" + node(one, maxmemory_policy="noeviction"): "1x60" for one in (MASTER, REPLICA)}

# One command has a bucket of 1,056 µs, below which three of four calls are, the other one none.
_SPARSE = {
    "redis_commands_latencies_usec_bucket" + node(MASTER, cmd="get", le="1056.0"): "0+45x60",
    "redis_commands_latencies_usec_count" + node(MASTER, cmd="get"): "0+60x60",
    "redis_commands_latencies_usec_bucket" + node(MASTER, cmd="ping", le="33.0"): "0+600x60",
    "redis_commands_latencies_usec_count" + node(MASTER, cmd="ping"): "0+600x60",
    # Which died a minute before.
    "redis_commands_latencies_usec_bucket" + node(DEAD, cmd="get", le="1056.0"): "0+45x28 stale",
    "redis_commands_latencies_usec_count" + node(DEAD, cmd="get"): "0+60x28 stale"}

# ERR goes on; of a node that died at minute 60 there was NOPERM, and with another one OOM. WRONGTYPE was long ago.
_KINDS = {"redis_errors_total" + node(one, err=kind): values for one, kind, values in (
    (MASTER, "ERR", "0+60x120"), (MASTER, "OOM", "500x120"), (MASTER, "WRONGTYPE", "500x120"),
    (DEAD, "OOM", "300+60x60 stale"), (DEAD, "NOPERM", "300+60x60 stale"))}

# Two nodes, of which one may be silent after an hour, and a Sentinel that is; forks take 1 s, and 5 s on one.
_FORKED = {name + node(one): f"{value}x120" for one, seconds in ((MASTER, "0.1"), (REPLICA, "0.2")) for name, value in (
    ("redis_up", 1), ("redis_latest_fork_seconds", seconds))}
_FORKED |= {"redis_up" + node(SENTINEL): "1x30 0x90",
            "redis_instance_info" + node(SENTINEL, redis_mode="sentinel"): "1x30 stale"}
_WITHIN, _OTHERS = '{limit="within"}', '{limit="others"}'


def forks(seconds=0.1, **values):
    """values: of the metrics of the node that may be silent."""
    told = {metric + node(REPLICA): text for metric, text in values.items()}
    return {**_FORKED, "redis_latest_fork_seconds" + node(MASTER): f"{seconds}x120",
            "redis_latest_fork_seconds" + node(REPLICA): "0.2x60 stale", **told}


# Of two hosts one dies after an hour; each has 1000 bytes, and its only server holds some of them.
_HOSTS = {name + node(one, maxmemory_policy="noeviction") if "info" in name else name + node(one): values
          for one, end, used in ((MASTER, "120", 400), (DEAD, "60 stale", 500))
          for name, values in (
              ("redis_up", "1x120" if one == MASTER else "1x60 0x60"), ("redis_instance_info", f"1x{end}"),
              ("redis_memory_max_bytes", f"1000x{end}"), ("redis_total_system_memory_bytes", f"2000x{end}"),
              ("redis_memory_used_bytes", f"{used}x{end}"), ("redis_memory_used_rss_bytes", f"{used}x{end}"),
              ("redis_evicted_keys_total", f"7x{end}"))}


def _hits(lookups):
    """A full cache that has so many lookups a minute, of which one of four finds its key."""
    return {
        "redis_up" + node(MASTER): "1x60",
        "redis_instance_info" + node(MASTER, role="master", maxmemory_policy="allkeys-lru"): "1x60",
        "redis_memory_used_bytes" + node(MASTER): "100x60", "redis_memory_max_bytes" + node(MASTER): "100x60",
        "redis_keyspace_hits_total" + node(MASTER): f"0+{lookups // 4}x60",
        "redis_keyspace_misses_total" + node(MASTER): f"0+{lookups - lookups // 4}x60"}


_CACHE = _hits(4000)

CASES = [
    *(Case(f"a full cache is none that is full: {panel}", page, panel, _CACHE, {"30m": found})
      for page, panel, found in (
          ("instance", "Full", {"{}": -2}), ("capacity", "Fullest node", {"{}": -101}),
          ("capacity", "Memory full in", {"{}": 10 * 365 * 86400 + 2}), ("fleet", "Fullest node of a group", {}),
          ("keyspace", "Hit ratio", {'{limit="warning"}': 0.25}))),
    *(Case(f"{what} is not judged by its hits", "keyspace", "Hit ratio", {
        name.replace("allkeys-lru", policy): values for name, values in _hits(lookups).items()}, {"30m": found})
      for what, policy, lookups, found in (
          ("a cache that is hardly used", "allkeys-lru", 4, {'{limit="within"}': 0.25}),
          ("what is no cache", "noeviction", 4000, {"{}": 0.25}))),
    Case("what is good is so of all nodes, Sentinels not counted", "commands", "Longest fork", _FORKED,
         {"20m": {_WITHIN: 0.2}, "90m": {_WITHIN: 0.2}}),
    Case("it is of the others while one does not answer", "commands", "Longest fork", forks(redis_up="1x60 0x60"),
         {"59m": {_WITHIN: 0.2}, "61m": {_OTHERS: 0.1}}),
    Case("or while its target is down", "commands", "Longest fork",
         forks(redis_up="1x60 stale", up="1x60 0x60"), {"59m": {_WITHIN: 0.2}, "61m": {_OTHERS: 0.1}}),
    Case("or while a group is not scraped", "commands", "Longest fork",
         {**_FORKED, "redis_up" + node(DEAD, "dead"): "1x60 stale"}, {"59m": {_WITHIN: 0.2}, "61m": {_OTHERS: 0.2}}),
    Case("nor is room for data told to be enough", "capacity", "Room to save", _HOSTS,
         {"59m": {"{}": 0.5}, "61m": {"{}": -100}}),
    Case("nor are all said to have a limit", "capacity", "Without a limit", _HOSTS,
         {"59m": {"{}": 0}, "61m": {"{}": -1}}),
    Case("nor is the fullest node known", "capacity", "Fullest node", _HOSTS,
         {"59m": {_WITHIN: 0.5}, "61m": {_OTHERS: 0.4}}),
    Case("nor the one that evicts most", "keyspace", "Evicted", _HOSTS, {"59m": {_WITHIN: 0}, "61m": {_OTHERS: 0}}),
    Case("what is bad is so whoever else is silent", "commands", "Longest fork",
         forks(seconds=5, redis_up="1x60 0x60"), {"61m": {'{limit="warning"}': 5}}),
    Case("a new node does not make up for the time in which its Cluster was away", "capacity",
         "Groups against the objective", _GROWN, {"120m": {of(): 31 / 61}}, "Served"),
    Case("three Sentinels of one group are no answer for another one whose are silent", "sentinel", "Sentinels",
         _ONE_SILENT, {"30m": {"{}": 3}, "40m": {"{}": -1}}),
    Case("two Sentinels are too few whoever is silent", "sentinel", "Sentinels",
         {name: values.replace("3x60", "2x60") if "group_sentinels" in name else values
          for name, values in _ONE_SILENT.items()}, {"30m": {"{}": 2}, "40m": {"{}": 2}}),
    Case("shards are drawn beside busier servers that are none", "cluster", "Commands of shards", _QUIET_SHARD,
         {"100m": {row(MASTER): 1}}),
    Case("the master of before a failover is drawn, too", "replication", "Written to replicas", _SWAPPED,
         {"100m": {row(MASTER): 1, row(REPLICA): 1}}, past="70m"),
    Case("a replica that was cut off is drawn, whatever master it has now", "replication", "Links to masters",
         _CUT_OFF, {"110m": {row(one): 2 for one in [REPLICA, *list(_LINKED)[:-1]]}}),
    Case("a Sentinel that saw few is drawn, whatever master it names now", "sentinel", "Usable Sentinels", _LONELY,
         {"110m": {f'{{instance="{one}", master_name="shop"}}': 5 if one == SENTINEL else 2
                   for one in [SENTINEL, *list(_SEEING)[:-1]]}}),
    Case("a Sentinel that died is told of where its master's group is chosen", "sentinel", "What each Sentinel says",
         {"redis_up" + node(MASTER): "1x120", "redis_up" + node(SENTINEL, SENTINEL): "1x60 0x59",
          "redis_sentinel_master_status"
          + node(SENTINEL, SENTINEL, master_name="shop", master_address=MASTER): "1x60 stale"},
         {moment: {f'{{instance="{SENTINEL}", master_name="shop"}}': seen}
          for moment, seen in (("60m", 0), ("90m", 3))}, "Sees it", group="shop"),
    Case("a node is down in the table when one of two jobs says so", "fleet", "Nodes, the worst first", _TWO_JOBS,
         {"90m": {row(MASTER): 0}}, "Up"),
    Case("and on its own page", "instance", "State", _TWO_JOBS, {"90m": {"{}": 0}}),
    Case("also while the other one sees it load", "instance", "State",
         {**_TWO_JOBS, "redis_loading_dump_file" + node(MASTER): "1x120"}, {"90m": {"{}": 0}}),
    Case("the reason why a node is down is told", "instance", "State", _REFUSED, {"30m": {"{}": 1}, "70m": {"{}": 11}}),
    Case("and when it was seen last", "instance", "Up, or seen", _REFUSED,
         {"30m": {"{}": 1800}, "70m": {"{}": -600}}),
    Case("a node that loads does so", "instance", "State",
         {"redis_up" + node(MASTER): "1x120", "redis_loading_dump_file" + node(MASTER): "1x60 0x59"},
         {"30m": {"{}": 2}, "90m": {"{}": 1}}),
    Case("a new node that is almost full counts as full", "capacity", "Memory, full the soonest first", _NEW,
         {"30m": {row(MASTER): 0, row(REPLICA): _UNKNOWN}}, "Full in"),
    Case("errors of before a node died are drawn, and no kinds of before the page's time", "commands",
         "Errors by kind", _KINDS, {"80m": {f'{{err="{kind}"}}': 1 for kind in ("ERR", "OOM", "NOPERM")}}, past="40m"),
    Case("a server before 6.2 is among the busiest", "fleet", "Main thread", _BUSY,
         {"100m": {row(MASTER): 0.25, row(DEAD): 1.25}}),
    Case("commands without the bucket of a millisecond are not taken for slow", "fleet", "Groups, the worst first",
         _SPARSE, {"30m": {of(): 0.25}}, "Over 1 ms"),
]
