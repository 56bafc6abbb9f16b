# SPDX-License-Identifier: Apache-2.0
"""What a server is decides what it is asked: replicas, cluster nodes, Sentinels."""

import re
import unittest

from support.exporter import Exporter
from support.page import by_label, require_complete, value
from support.processes import free_port, wait_until
from support.redis_servers import RedisServer, cluster, replica_pair, sentinel


def scrapes(node):
    """A page from a new connection, and one from the same connection, both complete."""
    with Exporter(f"--redis.addr={node.url}") as exporter:
        pages = exporter.scrape(), exporter.scrape()
    for families in pages:
        require_complete(families)
    return pages


class Roles(unittest.TestCase):
    def check(self, node, expected):
        """expected: (name, labels, value), the value a number or a test of it."""
        for families in scrapes(node):
            for name, labels, wanted in expected:
                found = value(families, name, **labels)
                good = wanted(found) if callable(wanted) else found == wanted
                self.assertTrue(good, f"{name} {labels}: {found}")
        return families

    def test_a_replica_and_its_master(self):
        with replica_pair() as (master, replica):
            master.command("SET", "key", "value")
            master.command("WAIT", 1, 5000)
            offset = int(master.info("replication")["master_repl_offset"])
            link = {"master_host": master.host, "master_port": str(master.port)}
            here = lambda found: found >= offset
            recent = lambda found: 0 <= found <= 15
            self.check(replica, [
                ("redis_instance_role", {"role": "replica"}, 1),
                ("redis_instance_role", {"role": "master"}, 0),
                ("redis_slave_info", {**link, "read_only": "1"}, 1),
                ("redis_master_link_up", link, 1),
                ("redis_master_sync_in_progress", link, 0),
                ("redis_master_last_io_seconds_ago", link, recent),
                ("redis_slave_repl_offset", link, here),
                ("redis_replication_link_up", {}, 1),
                ("redis_replication_sync_in_progress", {}, 0),
                ("redis_replication_last_io_seconds_ago", {}, recent),
                ("redis_replication_offset_bytes", {}, here),
                ("redis_replication_read_only", {}, 1)])
            # Replicas acknowledge once a second.
            wait_until(lambda: int(re.search(r"offset=(\d+)", master.info("replication")["slave0"])[1])
                       >= offset, "the replica's acknowledgement")
            slave = {"slave_ip": "127.0.0.1", "slave_port": str(replica.port),
                     "slave_state": "online"}
            twin = {"replica": replica.address}
            lag = lambda found: 0 <= found <= 5
            self.check(master, [
                ("redis_instance_role", {"role": "master"}, 1),
                ("redis_connected_slaves", {}, 1),
                ("redis_master_repl_offset", {}, here),
                ("redis_connected_slave_offset_bytes", slave, here),
                ("redis_connected_slave_lag_seconds", slave, lag),
                ("redis_replica_online", twin, 1),
                ("redis_replica_offset_bytes", twin, here),
                ("redis_replica_lag_seconds", twin, lag),
                ("redis_replica_lag_bytes", twin, lambda found: 0 <= found <= 200)])

    def test_a_replica_whose_master_is_gone_is_up(self):
        with RedisServer("repl-diskless-sync-delay 0") as master, \
             RedisServer(f"replicaof {master.host} {master.port}",
                         "replica-serve-stale-data no") as replica:
            replica.wait_for_info("master_link_status", "up", "replication")
            master.stop()
            replica.wait_for_info("master_link_status", "down", "replication")
            self.check(replica, [
                ("redis_replication_link_up", {}, 0),
                ("redis_replication_link_down_seconds", {}, lambda found: 0 <= found < 30)])

    def test_a_cluster_node(self):
        with cluster(3) as nodes:
            families = self.check(nodes[0], [
                ("redis_cluster_enabled", {}, 1),
                ("redis_cluster_state", {}, 1),
                ("redis_cluster_slots_assigned", {}, 16384),
                ("redis_cluster_slots_ok", {}, 16384),
                ("redis_cluster_slots_fail", {}, 0),
                ("redis_cluster_known_nodes", {}, 3),
                ("redis_cluster_size", {}, 3),
                ("redis_cluster_nodes", {"state": "ok"}, 3),
                ("redis_cluster_nodes", {"state": "fail"}, 0),
                ("redis_cluster_node_links", {"state": "up"}, 2),
                ("redis_cluster_node_slots", {}, lambda found: 5461 <= found <= 5462),
                ("redis_cluster_open_slots", {"state": "migrating"}, 0),
                ("redis_cluster_masters_without_replicas", {}, 3),
                ("redis_cluster_messages_sent_total", {}, lambda found: found > 0)])
            # A cluster has database 0 only.
            self.assertEqual(list(by_label(families, "redis_db_keys", "db")), ["db0"])

    def test_a_node_of_a_cluster_without_its_slots(self):
        with RedisServer("cluster-enabled yes", f"cluster-port {free_port()}") as node:
            self.check(node, [("redis_cluster_state", {}, 0),
                              ("redis_cluster_slots_assigned", {}, 0)])

    def test_a_sentinel(self):
        with replica_pair() as (master, _), sentinel(master) as watching:
            name = {"master_name": "mymaster"}
            where = {**name, "master_address": master.address}
            families = self.check(watching, [
                ("redis_instance_role", {"role": "sentinel"}, 1),
                ("redis_sentinel_masters", {}, 1),
                ("redis_sentinel_tilt", {}, 0),
                ("redis_sentinel_master_status", {**where, "master_status": "ok"}, 1),
                ("redis_sentinel_master_slaves", where, 1),
                ("redis_sentinel_master_sentinels", where, 1),
                ("redis_sentinel_master_state", {**name, "state": "ok"}, 1),
                ("redis_sentinel_master_state", {**name, "state": "sdown"}, 0),
                ("redis_sentinel_replicas", name, 1),
                ("redis_sentinel_known_sentinels", name, 1),
                ("redis_sentinel_master_ok_sentinels", where, 1),
                ("redis_sentinel_master_ok_slaves", where, 1),
                ("redis_sentinel_healthy_replicas", name, 1),
                ("redis_sentinel_quorum", name, 1),
                ("redis_sentinel_quorum_reachable", name, 1),
                ("redis_sentinel_down_after_seconds", name, 5),
                ("redis_sentinel_unasked_masters", {}, 0)])
            # It has no data and knows no CONFIG GET, so it is asked for neither.
            for absent in "redis_db_keys", "redis_config_maxmemory", "redis_memory_used_bytes":
                self.assertNotIn(absent, families)
            self.assertNotIn("redis_sentinel_peer_info", families)
            errors = [field for field in watching.info() if field.startswith("errorstat")]
            self.assertEqual(errors, [])

    def test_a_sentinel_whose_settings_are_shown_keeps_its_secret(self):
        secret = "correct-horse-battery"
        with RedisServer() as master, sentinel(master) as watching:
            watching.command("SENTINEL", "CONFIG", "SET", "sentinel-pass", secret)
            with Exporter(f"--redis.addr={watching.url}", "--include-config-metrics") as exporter:
                families = exporter.scrape()
                require_complete(families)
                self.assertEqual(value(families, "redis_sentinel_config_key_value",
                                       key="resolve-hostnames", value="no"), 1)
                self.assertEqual(value(families, "redis_sentinel_config_value",
                                       key="announce-port"), 0)
                for path in "/metrics", f"/scrape?target={watching.address}&debug=true":
                    self.assertNotIn(secret, exporter.get(path)[2].decode())
                self.assertNotIn(secret, exporter.log())


if __name__ == "__main__":
    unittest.main()
