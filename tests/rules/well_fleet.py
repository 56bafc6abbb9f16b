# SPDX-License-Identifier: Apache-2.0
"""A mixed fleet that is well, as series: what healthy_test.py gives to promtool.

A subject adds what it reads: to SERVER, what every server has; to GROUP, what is told of every
group; to the servers and groups below, where they differ; to ABSENT, what a fleet that is well does
not have. A value is a number, or a function of the minute since the start; None: the series is not
there.
"""

GB = 1e9
FAILOVER, RESETSTAT, RESTART, SCALE_IN = 60, 75, 90, 105  # minutes


def rising(per_minute, start=0, again=None):
    """A counter, or an uptime, that begins again at 0 in the minute `again`."""
    return lambda minute: (start + per_minute * minute if again is None or minute < again
                           else per_minute * (minute - again))


def until(end, value, then=None):
    """A value before the minute, another from it on."""
    return lambda minute: at(value if minute < end else then, minute)


def during(event, value, otherwise):
    """Another value in the minute of an event."""
    return lambda minute: at(value if minute == event else otherwise, minute)


def rhythm(low, high):
    """Rises for half a day, and falls for the other half."""
    return lambda minute: low + (high - low) * (1 - abs(minute % 1440 / 720 - 1))


def switch(minute, before, after):
    """What a server has of its own before the minute, and from it on."""
    return {name: until(minute, before.get(name, SERVER.get(name)),
                        after.get(name, SERVER.get(name))) for name in {**before, **after}}


def counters(again=None):
    """What a busy server counts, and begins again at 0."""
    return {
        "redis_commands_processed_total": rising(60_000, again=again),
        "redis_connections_received_total": rising(60, again=again),
        "redis_keyspace_hits_total": rising(54_000, again=again),
        "redis_keyspace_misses_total": rising(3_000, again=again),
        'redis_commands_total{cmd="get"}': rising(57_000, again=again),
        'redis_commands_duration_seconds_total{cmd="get"}': rising(1.2, again=again),
        'redis_commands_latencies_usec_bucket{cmd="get", le="32"}': rising(50_000, again=again),
        'redis_commands_latencies_usec_bucket{cmd="get", le="+Inf"}': rising(57_000, again=again),
        'redis_commands_latencies_usec_count{cmd="get"}': rising(57_000, again=again),
    }


SERVER = {
    **counters(),
    "redis_up": 1,
    'redis_instance_role{role="master"}': 1,
    "redis_uptime_in_seconds": rising(60, start=900_000),
    "redis_server_time_seconds": rising(60, start=1.7e9),
    "redis_loading_dump_file": 0,
    "redis_exporter_scrape_complete": 1,
    'redis_exporter_collector_success{collector="memory"}': 1,
    'redis_exporter_collector_truncated{collector="client_list"}': 0,
    "redis_commands_folded": 0,
    "redis_memory_used_bytes": 1.0 * GB,
    "redis_memory_used_rss_bytes": 1.1 * GB,
    "redis_memory_used_peak_bytes": 1.05 * GB,
    "redis_memory_max_bytes": 2 * GB,
    "redis_total_system_memory_bytes": 8 * GB,
    "redis_evicted_keys_total": 0,
    'redis_errors_total{err="OOM"}': 0,
    'redis_errors_total{err="MISCONF"}': 0,
    'redis_db_keys{db="db0"}': 100_000,
    "redis_cluster_enabled": 0,
    # Saves every hour what has changed, without an AOF.
    "redis_config_save_enabled": 1,
    "redis_aof_enabled": 0,
    "redis_rdb_changes_since_last_save": lambda minute: 500 * (minute % 60),
    "redis_rdb_last_save_timestamp_seconds": lambda minute: 3600 * (minute // 60),
    "redis_latest_fork_seconds": lambda minute: 0.02 + 0.001 * (minute // 60 % 5),
    **dict.fromkeys(["redis_rdb_last_bgsave_status", "redis_aof_last_write_status",
                     "redis_aof_last_bgrewrite_status"], 1),
    "redis_aof_current_rewrite_duration_sec": -1,
    "redis_connected_clients": 200,
    **dict.fromkeys(["redis_max_clients", "redis_config_maxclients"], 10_000),
    "redis_cluster_connections": 0,
    **dict.fromkeys(["redis_blocked_clients", "redis_rejected_connections_total"], 0),
    "redis_client_output_buffer_limit_disconnections_total": 0,
    "redis_exporter_last_exchange_duration_seconds": during(SCALE_IN, 0.15, 0.002),
    "redis_cpu_user_main_thread_seconds_total": rising(9),
    "redis_cpu_sys_main_thread_seconds_total": rising(3),
    "redis_slowlog_length": 128,
    "redis_slowlog_last_id": lambda minute: 1000 + minute // 5,
    "redis_connected_slaves": 0,
    "redis_config_min_replicas_to_write": 0,
    'redis_config_client_output_buffer_limit_bytes{class="slave", limit="hard"}': 268435456,
    "redis_replication_backlog_bytes": 1048576,
    "redis_repl_backlog_is_active": 0,
    "redis_repl_backlog_history_bytes": 0,
    "redis_master_repl_offset": 0,
    **dict.fromkeys(["redis_replica_resyncs_full", "redis_replica_partial_resync_accepted"], 0),
    'redis_db_keys_expiring{db="db0"}': 60_000,
    "redis_expired_stale_percentage": 5,
    'redis_commands_total{cmd="flushall"}': 0,
    'redis_commands_total{cmd="keys"}': 0,
    "redis_acl_access_denied_auth_total": 3,
    "redis_acl_access_denied_cmd_total": 3,
    "redis_acl_access_denied_key_total": 3,
    "redis_acl_access_denied_channel_total": 3,
    'redis_errors_total{err="NOPERM"}': 9,
    "redis_exporter_refused_commands": 0,
    'redis_errors_total{err="WRONGPASS"}': 3,
    "redis_default_user_passwordless": 1,  # behind protected mode
    "redis_protected_mode_enabled": 1,
    'redis_exporter_node_failure{reason="protected_mode"}': 0,
    "redis_tls_peer_certificate_not_after_timestamp_seconds": 9e9,
    "redis_tls_client_certificate_not_after_timestamp_seconds": 9e9,
}
GROUP = {
    "redis_group_failovers_total": 0,
    "redis_group_split_brain": 0,
    "redis_group_failover_candidates": 1,
    "redis_group_masters_without_replica": 0,
    "redis_group_masters_without_candidate": 0,
    "redis_group_stale_replicas": 0,
    "redis_group_replicas_on_master_host": 0,
    "redis_group_shards_on_one_host": 0,
    "redis_group_versions": 1,
    "redis_group_masters_on_one_host": 1,
    "redis_group_duplicate_nodes": 0,
    "redis_group_masters": 1,
    "redis_exporter_discovery_success": 1,
    "redis_exporter_discovery_last_success_timestamp_seconds": rising(60),
}
# Not on this fleet: Prometheus tells it with a feature flag only; a server that does not load, or
# whose keys nobody checks, has no such series.
ABSENT = {"scrape_timeout_seconds", "redis_loading_start_timestamp_seconds",
          "redis_exporter_check_truncated", "redis_exporter_check_success",
          # Valkey 9.1 has these.
          "redis_acl_access_denied_tls_cert_total", "redis_acl_access_denied_db_total"}
EXPORTER = {
    "up": 1,
    "scrape_duration_seconds": 0.3,
    "redis_exporter_config_last_reload_successful": 1,
}


def info(role, policy="noeviction", mode="standalone"):
    return (f'redis_instance_info{{role="{role}", maxmemory_policy="{policy}", '
            f'redis_mode="{mode}", redis_version="6.2.14"}}')


# 10 kB of writes a second.
REPLICATING = {"redis_repl_backlog_is_active": 1, "redis_master_repl_offset": rising(600_000)}


def master(**replicas):
    """A master of these replicas; each with whether its master has it."""
    found = {}
    for replica, attached in replicas.items():
        name = replica.replace("_", "-")
        found[f'redis_replica_online{{replica="{name}:6379"}}'] = attached
        lag = lambda minute, value=attached: None if at(value, minute) is None else 0
        found[f'redis_replica_lag_bytes{{replica="{name}:6379"}}'] = lag
        found[f'redis_connected_slave_lag_seconds{{slave_ip="{name}", slave_port="6379", '
              'slave_state="online"}'] = lag
    count = lambda minute: sum(at(value, minute) or 0 for value in replicas.values())
    return {**found, **REPLICATING, "redis_connected_slaves": count,
            "redis_replication_good_replicas": count, "redis_group_backlog_seconds": 104}


def replica(host, copies=None):
    """A replica of the host, of which it copies all data in the minute."""
    labels = f'{{master_host="{host}", master_port="6379"}}'
    return {**REPLICATING, 'redis_instance_role{role="master"}': 0,
            f"redis_master_link_up{labels}": during(copies, 0, 1),
            f"redis_master_sync_in_progress{labels}": during(copies, 1, 0),
            f"redis_master_last_io_seconds_ago{labels}": during(copies, -1, 1),
            "redis_replication_link_up": during(copies, 0, 1),
            "redis_replication_link_down_seconds": during(copies, 20, 0),
            "redis_replication_offset_bytes": rising(600_000),
            "redis_group_replica_lag_bytes": during(copies, None, 2000)}


def nodes(count):
    return {"redis_group_expected_nodes": count, "redis_group_answering_nodes": count}


# A node of a Cluster that is resharded for hours; its nodes come and go in the others' eyes.
CLUSTERED = {
    "redis_cluster_enabled": 1,
    "redis_cluster_connections": 10,
    "redis_cluster_state": during(FAILOVER, 0, 1),
    "redis_cluster_slots_assigned": 16384,
    "redis_cluster_slots_pfail": during(RESTART, 5461, 0),
    "redis_cluster_slots_fail": 0,
    "redis_cluster_known_nodes": 6,
    "redis_cluster_size": 3,
    "redis_cluster_masters_without_replicas": during(RESTART, 1, 0),
    "redis_cluster_masters_without_slots": 0,
    'redis_cluster_nodes{state="ok"}': during(RESTART, 5, 6),
    'redis_cluster_nodes{state="pfail"}': during(RESTART, 1, 0),
    'redis_cluster_nodes{state="handshake"}': during(RESTART, 1, 0),
    "redis_cluster_node_slots": 0,
    'redis_cluster_open_slots{state="migrating"}': 0,
}


def owner(number):
    """A master with slots, of which it gives one away, or gets one, each minute."""
    return {**master(**{f"catalogue_{number + 3}": 1}),
            "redis_cluster_node_slots": rising({1: -0.5, 2: 0.5, 3: 0}[number], start=5461),
            'redis_cluster_open_slots{state="migrating"}': 1 if number == 1 else 0}


WATCHED = '{master_name="mymaster", master_address="sessions-%d:6379"%s}'
# What a scraped Sentinel tells by the address of the master.
TOLD = {"redis_sentinel_master_status": (', master_status="ok"', 1),
        "redis_sentinel_master_config_epoch": ("", 1),
        "redis_sentinel_master_sentinels": ("", 3),
        "redis_sentinel_master_ok_sentinels": ("", 3),
        "redis_sentinel_master_ok_slaves": ("", 2)}
SENTINEL = {
    **{name + WATCHED % (1, more): until(FAILOVER, value) for name, (more, value) in TOLD.items()},
    **{name + WATCHED % (2, more): until(FAILOVER, None, value)
       for name, (more, value) in TOLD.items()},
    'redis_sentinel_master_state{master_name="mymaster", state="odown"}': 0,
    'redis_sentinel_config_epoch{master_name="mymaster"}': until(FAILOVER, 0, 1),
    'redis_sentinel_master_ckquorum_status{master_name="mymaster", message="OK"}': 1,
    "redis_sentinel_tilt": 0,
}
SENTINELS = {
    "redis_group_configured_sentinels": 3,
    "redis_group_answering_sentinels": 3,
    "redis_group_agreeing_sentinels": during(FAILOVER, 2, 3),
    "redis_group_sentinels": 3,
    "redis_group_sentinels_in_tilt": 0,
    "redis_group_sentinels_seeing_master_down": 0,
    "redis_group_master_objectively_down": 0,
    "redis_group_sentinel_quorum_reachable": 1,
    'redis_group_sentinel_disagreement{about="address"}': during(FAILOVER, 1, 0),
    'redis_group_sentinel_events_total{event="+tilt", subject="sentinel"}': 0,
}
SLOTS = {
    "redis_group_slots_uncovered": 0,
    "redis_group_slots_open": 1,
    "redis_group_slots_claimed_twice": during(FAILOVER, 1, 0),
    "redis_group_nodes_with_other_slot_map": 1,
    "redis_group_nodes_known_to_few": 0,
}
GUARDED = {"redis_config_min_replicas_to_write": 1}
# (group, instance) -> how it differs from SERVER.
SERVERS = {
    ("alone", "alone:6379"): {info("master"): 1},
    ("idle", "idle:6379"): {
        info("master"): 1, "redis_memory_used_bytes": 1.1e6, "redis_memory_used_rss_bytes": 12e6,
        "redis_memory_used_peak_bytes": 1.2e6, "redis_memory_max_bytes": 0,
        **dict.fromkeys(counters(), 0), "redis_connections_received_total": rising(1),
        "redis_commands_processed_total": rising(20), "redis_connected_clients": 1,
        "redis_rdb_changes_since_last_save": 0, "redis_latest_fork_seconds": 0,
        "redis_rdb_last_save_timestamp_seconds": -900_000,
        "redis_slowlog_length": 0, "redis_slowlog_last_id": 0,
        "redis_cpu_user_main_thread_seconds_total": rising(0.06),
        "redis_cpu_sys_main_thread_seconds_total": rising(0.06)},
    # At its limit, without persistence, and evicting all the time.
    ("cache", "cache:6379"): {
        info("master", "allkeys-lru"): 1, "redis_memory_used_bytes": 1.999 * GB,
        "redis_memory_used_rss_bytes": 2.2 * GB, "redis_memory_used_peak_bytes": 2.001 * GB,
        "redis_evicted_keys_total": rising(1200, again=RESETSTAT), **counters(again=RESETSTAT),
        "redis_config_save_enabled": 0, "redis_latest_fork_seconds": 0,
        "redis_rdb_changes_since_last_save": rising(30_000, start=4e8),
        "redis_rdb_last_save_timestamp_seconds": -900_000},
    # Durable, without a limit, with a rhythm of a day.
    ("queue", "queue:6379"): {
        info("master"): 1, "redis_memory_used_bytes": rhythm(0.5 * GB, 1.5 * GB),
        "redis_memory_used_rss_bytes": rhythm(0.6 * GB, 1.7 * GB),
        "redis_memory_used_peak_bytes": 1.52 * GB,
        "redis_memory_max_bytes": 0,
        # Rewritten when it has doubled; written to disk each second.
        "redis_aof_enabled": 1,
        "redis_aof_base_size_bytes": 1.2 * GB,
        "redis_aof_current_size_bytes": lambda minute: 1.2 * GB * (1 + minute % 240 / 240),
        "redis_aof_current_rewrite_duration_sec": lambda minute: 30 if minute % 240 == 0 else -1,
        "redis_aof_buffer_length": 0, "redis_aof_delayed_fsync": lambda minute: minute // 10,
        # Consumers wait for work.
        "redis_blocked_clients": rhythm(20, 80), "redis_connected_clients": rhythm(100, 300)},
    # Watched by Sentinels.
    ("sessions", "sessions-1:6379"): {**GUARDED, **switch(
        FAILOVER, {info("master"): 1, **master(sessions_2=1, sessions_3=1, sessions_4=1)},
        {info("slave"): 1, "redis_connected_clients": 10,
         **replica("sessions-2", copies=FAILOVER)})},
    ("sessions", "sessions-2:6379"): {**GUARDED, **switch(
        FAILOVER, {info("slave"): 1, "redis_connected_clients": 10, **replica("sessions-1")},
        {info("master"): 1, **master(sessions_1=during(FAILOVER, None, 1),
                                     sessions_3=during(RESTART, None, 1),
                                     sessions_4=until(SCALE_IN, 1)),
         'redis_errors_total{err="NOREPLICAS"}': 5,
         "redis_replica_partial_resync_accepted": 2,
         "redis_replica_resyncs_full": until(RESTART, 1, 2)})},
    ("sessions", "sessions-3:6379"): {
        info("slave"): 1, **GUARDED, **counters(again=RESTART),
        **switch(FAILOVER, replica("sessions-1"), replica("sessions-2", copies=RESTART + 1)),
        "redis_uptime_in_seconds": rising(60, start=900_000, again=RESTART),
        "redis_slowlog_length": until(RESTART, 128, 0),
        "redis_slowlog_last_id": until(RESTART, 1000, 0),
        "redis_up": during(RESTART, 0, 1)},
    ("sessions", "sessions-4:6379"): {
        info("slave"): 1, **GUARDED,
        **switch(FAILOVER, replica("sessions-1"), replica("sessions-2"))},
    ("sentinel-1:26379", "sentinel-1:26379"): {info("master", mode="sentinel"): 1, **SENTINEL},
    **{("catalogue", f"catalogue-{number}:6379"): {
        **CLUSTERED,
        **(owner(number) if number < 4 else replica(f"catalogue-{number - 3}")),
        info("master" if number < 4 else "slave", mode="cluster"): 1} for number in range(1, 7)},
}
RESTARTED = {("sessions", "sessions-3:6379")}
# What a scale-in takes away.
REMOVED = {("sessions", "sessions-4:6379")}
GROUPS = {
    "sessions": {**nodes(until(SCALE_IN, 4, 3)), "redis_group_masters": during(FAILOVER, 0, 1),
                 **SENTINELS, "redis_group_failovers_total": until(FAILOVER, 0, 1),
                 "redis_group_split_brain": during(FAILOVER, 1, 0),
                 "redis_group_failover_candidates": during(FAILOVER, 0, 2),
                 "redis_group_masters_without_replica": during(FAILOVER, 1, 0),
                 "redis_group_masters_without_candidate": during(FAILOVER, 1, 0),
                 "redis_group_stale_replicas": during(FAILOVER, 2, 0),
                 "redis_group_answering_nodes": during(RESTART, 3, until(SCALE_IN, 4, 3))},
    "catalogue": {**nodes(6), "redis_group_masters": 3, **SLOTS},
}


def at(value, minute):
    return value(minute) if callable(value) else value
