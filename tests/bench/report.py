# SPDX-License-Identifier: Apache-2.0
"""The benchmark's figures as a table: peer, ours, their ratio, and the goal where there is one."""

# Goals hold on the typical server. (figure, encoding) -> (text, ours and the peer's -> reached)
GOALS = {
    ("cpu_ns", "plain"): ("1/15 at most", lambda ours, peer: ours <= peer / 15),
    ("cpu_ns", "gzip"): ("1/10 at most", lambda ours, peer: ours <= peer / 10),
    ("latency_ns", "plain"): ("1/4 at most", lambda ours, peer: ours <= peer / 4),
    ("latency_ns", "gzip"): ("1/4 at most", lambda ours, peer: ours <= peer / 4),
    ("resident_bytes", "gzip"): ("under 8 MB", lambda ours, peer: ours < 8e6),
    ("latency_ns", "delayed"): ("1/4 at most", lambda ours, peer: ours <= peer / 4),
}

_ROWS = [
    ("exporter CPU, plain", "cpu_ns", "plain"),
    ("exporter CPU, gzip", "cpu_ns", "gzip"),
    ("exporter CPU, gzip, mean", "cpu_mean_ns", "gzip"),
    ("latency, plain", "latency_ns", "plain"),
    ("latency, gzip", "latency_ns", "gzip"),
    ("Redis CPU, plain", "redis_cpu_ns", "plain"),
    ("Redis CPU, gzip", "redis_cpu_ns", "gzip"),
    ("resident memory", "resident_bytes", "gzip"),
    ("bytes, plain", "bytes", "plain"),
    ("bytes, gzip", "bytes", "gzip"),
    ("series", "series", "plain"),
    ("latency with delay *", "latency_ns", "delayed"),
]

_NOTE = """\
Medians of one scrape each, in turn, on the same Redis.
* A proxy adds {delay:g} ms to every round trip, that of opening a connection too (a PING takes
  {ping:.1f} ms). It shows the number of round trips, not TCP's second flight: over a real network
  a reply of more than about 14 kB waits for one round trip more."""


def table(results, delay_ms, round_trip_ms):
    """results: level -> encoding -> name -> figures."""
    lines = []
    for level, encodings in results.items():
        lines.append(f"{level:26} {'peer':>12} {'ours':>12} {'ratio':>8}  goal")
        for title, figure, encoding in _ROWS:
            peer, ours = (encodings[encoding][name][figure] for name in ("peer", "ours"))
            goal = _goal(figure, encoding, ours, peer) if level == "typical" else ""
            line = (f"{title:26} {_amount(figure, peer):>12} {_amount(figure, ours):>12} "
                    f"{_ratio(ours, peer):>8}  {goal}")
            lines.append(line.rstrip())
        lines.append("")
    lines.append(_NOTE.format(delay=delay_ms, ping=round_trip_ms))
    return "\n".join(lines)


def _goal(figure, encoding, ours, peer):
    if (figure, encoding) not in GOALS:
        return ""
    text, reached = GOALS[figure, encoding]
    return f"{text}: {'reached' if reached(ours, peer) else 'not reached'}"


def _amount(figure, value):
    if figure.endswith("_ns"):
        return f"{value / 1e6:.3f} ms"
    if figure == "resident_bytes":
        return f"{value / 1e6:.1f} MB"
    return f"{value:,}"


def _ratio(ours, peer):
    return f"1/{peer / ours:.1f}" if ours < peer else f"{ours / peer:.2f}"
