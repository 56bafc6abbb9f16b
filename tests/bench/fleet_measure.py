# SPDX-License-Identifier: Apache-2.0
"""Figures of exporters that watch a fleet: all nodes on one page, or each on a page of its own."""

import re
import statistics
import time
import zlib

from bench.http_fetch import fetch_all
from bench.measure import ENCODINGS
from bench.process_usage import cpu_nanoseconds, peak_resident_bytes

# Lets a scrape's last work end before the clocks are read.
_SETTLE = 0.05

_UP = re.compile(rb"\nredis_up(?:\{[^\n]*\})? 1(?=\n)")


def write_configuration(path, addresses):
    """Every address is a node of its own, none a replica of another."""
    nodes = ", ".join(f'"{address}"' for address in addresses)
    path.write_text(f"groups:\n  - name: fleet\n    standalone: true\n    nodes: [{nodes}]\n")
    return path


def page_of_all(exporter, nodes, scrapes):
    """The exporter was just started. Wall times of `scrapes` plain ones in a row, and how many
    nodes each found up."""
    taken = [_scrape(exporter, "plain") for _ in range(scrapes)]
    return {"nodes": nodes, "seconds": [row["seconds"] for row in taken],
            "up": [row["up"] for row in taken]}


def cost_of_all(exporter, nodes, scrapes):
    """encoding -> CPU per node (median), wall time (median), bytes; then the peak of memory with a
    plain and a compressed request at once."""
    figures = {}
    for encoding in ENCODINGS:
        taken = [_scrape(exporter, encoding) for _ in range(scrapes)]
        figures[encoding] = {
            "cpu_per_node_ns": statistics.median(row["cpu_ns"] for row in taken) / nodes,
            "seconds": statistics.median(row["seconds"] for row in taken),
            "bytes": taken[-1]["bytes"], "up": taken[-1]["up"]}
    _, pages = fetch_all(exporter.host, exporter.port,
                         [("/metrics", headers) for headers in ENCODINGS.values()], clients=2)
    figures["two_at_once"] = {"seconds": max(page.seconds for page in pages),
                              "peak_bytes": peak_resident_bytes(exporter.pid)}
    return figures


def sweep(exporter, addresses, encoding, clients, scheme=""):
    """Each node on a page of its own, over so many connections."""
    requests = [(f"/scrape?target={scheme}{address}", ENCODINGS[encoding])
                for address in addresses]
    cpu = cpu_nanoseconds(exporter.pid)
    seconds, pages = fetch_all(exporter.host, exporter.port, requests, clients)
    time.sleep(_SETTLE)
    cpu = cpu_nanoseconds(exporter.pid) - cpu
    latencies = sorted(page.seconds for page in pages)
    return {"cpu_per_node_ns": cpu / len(addresses), "seconds": seconds,
            "latency_median_s": statistics.median(latencies),
            "latency_p99_s": latencies[(len(latencies) - 1) * 99 // 100],
            "bytes": sum(len(page.body()) for page in pages),
            "up": sum(_up(page, encoding) for page in pages),
            "peak_bytes": peak_resident_bytes(exporter.pid)}


def _scrape(exporter, encoding):
    cpu = cpu_nanoseconds(exporter.pid)
    _, [page] = fetch_all(exporter.host, exporter.port, [("/metrics", ENCODINGS[encoding])], 1)
    time.sleep(_SETTLE)
    cpu = cpu_nanoseconds(exporter.pid) - cpu
    return {"seconds": page.seconds, "cpu_ns": cpu, "bytes": len(page.body()),
            "up": _up(page, encoding)}


def _up(page, encoding):
    return up_count(page, encoding) if page.status == 200 else 0


def up_count(page, encoding):
    """How many nodes the page says are up."""
    found, rest = 0, b""
    for text in _texts(page.body(), encoding):
        # A line may go on in the next text; its line feed begins that one's search.
        rest += text
        end = rest.rfind(b"\n")
        if end >= 0:
            found += len(_UP.findall(rest, 0, end + 1))
            rest = rest[end:]
    return found


def _texts(body, encoding):
    """The page in pieces: that of ten thousand nodes takes hundreds of megabytes."""
    if encoding == "plain":
        yield body
        return
    unpack = zlib.decompressobj(wbits=31)
    step = 1 << 18
    for start in range(0, len(body), step):
        yield unpack.decompress(body[start:start + step])
