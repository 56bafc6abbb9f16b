#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a fleet costs: ours with all nodes on one page, and beside redis_exporter node by node.

The nodes are one process that replays a typical server (tests/support/fleet_simulator). The
exporter is $EXPORTER, or build/release/redis_fleet_exporter; the peer is Debian's
prometheus-redis-exporter, which is asked for every node on its own, as it has no page of all.
It asserts nothing about time: a figure depends on the machine, only ratios can be compared.
"""

import argparse
import contextlib
import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from bench import fleet_measure, fleet_report
from bench.measure import ENCODINGS
from bench.record_replies import record
from support.exporter import Exporter, Peer
from support.fleet_simulator import FleetSimulator
from support.redis_servers import RedisServer

HUNG = (0, 1, 50)
SCRAPES_IN_A_ROW = 3


def main():
    options = arguments()
    with tempfile.TemporaryDirectory(prefix="fleet-bench-") as folder:
        results = {"nodes": options.nodes, **simulated(options, pathlib.Path(folder))}
        if options.real:
            results["real"] = real(options, pathlib.Path(folder))
    print(fleet_report.text(results))
    if options.json:
        options.json.write_text(json.dumps(results, indent=2) + "\n")


def simulated(options, folder):
    with FleetSimulator(record("typical")) as simulator:
        addresses = simulator.addresses(options.nodes)
        config = fleet_measure.write_configuration(folder / "fleet.yaml", addresses)
        results = {"pages": {}, "cost": {}, "sweeps": []}
        for hung in HUNG:
            if hung >= options.nodes:
                continue
            simulator.fault("HEAL")
            simulator.fault("HANG", 0, hung)
            with ours(config) as exporter:
                results["pages"][hung] = fleet_measure.page_of_all(
                    exporter, options.nodes, SCRAPES_IN_A_ROW)
                if hung == 0:
                    results["cost"] = fleet_measure.cost_of_all(
                        exporter, options.nodes, options.scrapes)
        simulator.fault("HEAL")
        results["sweeps"] = sweeps(config, addresses, options.clients)
        results["not_recorded"] = simulator.stats()["unknown"]
    return results


def real(options, folder):
    """As many real servers, swept by 16 clients."""
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(
            RedisServer("maxmemory 16mb", "databases 16", "appendonly no",
                        host=FleetSimulator.host(node))) for node in range(options.real)]
        addresses = [server.address for server in servers]
        config = fleet_measure.write_configuration(folder / "real.yaml", addresses)
        return {"nodes": options.real, "sweeps": sweeps(config, addresses, [16])}


def sweeps(config, addresses, clients):
    """Ours and the peer in turn; a first sweep of each does not count (connections, caches)."""
    rows = []
    with ours(config) as exporter, Peer("--redis.addr=") as peer:
        contenders = {"peer": (peer, "redis://"), "ours": (exporter, "")}
        for program, scheme in contenders.values():
            fleet_measure.sweep(program, addresses, "plain", max(clients), scheme)
        for count in clients:
            for encoding in ENCODINGS:
                for name, (program, scheme) in contenders.items():
                    figures = fleet_measure.sweep(program, addresses, encoding, count, scheme)
                    rows.append({"name": name, "clients": count, "encoding": encoding, **figures})
    return rows


def ours(config):
    return Exporter("--redis.addr=", f"--config.file={config}", patient=False)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--nodes", type=int, default=1000)
    parser.add_argument("--scrapes", type=int, default=10, help="of all nodes, per encoding")
    parser.add_argument("--clients", type=int, nargs="+", default=[16, 64],
                        help="connections of a sweep, one sweep for each number")
    parser.add_argument("--real", type=int, default=0, metavar="N",
                        help="also sweep N real servers")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write all figures")
    return parser.parse_args()


if __name__ == "__main__":
    main()
