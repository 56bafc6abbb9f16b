# SPDX-License-Identifier: Apache-2.0
"""The fleet benchmark's figures as tables, with the goals."""

NODE_TIMEOUT = 2.0  # the exporter's default budget of a node

_GOAL_NODES = 1000  # what the goals of time and memory are for
_PEAK = 128e6

_NOTE = """\
CPU per node is the exporter's: ours from the page of all nodes (median) or from the sweep, the
peer's from its sweep in the same run. A sweep asks for one node after the other, over so many
connections at once."""


def text(results):
    nodes = results["nodes"]
    lines = [f"{nodes:,} simulated nodes on one page", *_pages(results["pages"], nodes), "",
             *_costs(results, nodes), "", f"{nodes:,} simulated nodes one by one",
             *_sweeps(results["sweeps"], nodes)]
    if "real" in results:
        real = results["real"]
        lines += ["", f"{real['nodes']:,} real servers one by one",
                  *_sweeps(real["sweeps"], real["nodes"])]
    if results["not_recorded"]:
        lines += ["", f"{results['not_recorded']:,} commands had no recorded reply"]
    return "\n".join([*lines, "", _NOTE])


def _pages(pages, nodes):
    yield f"{'hung':26} {'first':>10} {'second':>10} {'third':>10} {'up':>8}  goal"
    for hung, page in pages.items():
        times = " ".join(f"{seconds * 1000:>7.0f} ms" for seconds in page["seconds"])
        yield (f"{hung:<26} {times} {page['up'][-1]:>8,}  "
               f"{_page_goal(int(hung), page['seconds'], nodes)}").rstrip()


def _page_goal(hung, seconds, nodes):
    if nodes != _GOAL_NODES:
        return ""
    if hung == 0:
        return _verdict("within 1 s", max(seconds) <= 1)
    reached = max(seconds[:2]) <= NODE_TIMEOUT + 1 and max(seconds[2:]) <= 1.5
    return _verdict(f"two within {NODE_TIMEOUT + 1:g} s, then 1.5 s", reached)


def _costs(results, nodes):
    cost = results["cost"]
    clients = results["sweeps"][0]["clients"]
    peers = {row["encoding"]: row for row in results["sweeps"]
             if row["name"] == "peer" and row["clients"] == clients}
    yield f"{'page of all':26} {'peer':>12} {'ours':>12} {'ratio':>8}  goal"
    for encoding, divisor in (("plain", 15), ("gzip", 8)):
        peer = peers[encoding]["cpu_per_node_ns"]
        ours = cost[encoding]["cpu_per_node_ns"]
        yield _row(f"CPU per node, {encoding}", _ms(peer), _ms(ours), ours / peer,
                   _verdict(f"1/{divisor} at most", ours <= peer / divisor))
    for encoding in ("plain", "gzip"):
        peer, ours = peers[encoding]["seconds"], cost[encoding]["seconds"]
        yield _row(f"all nodes, {encoding}", _s(peer), _s(ours), ours / peer)
    for encoding in ("plain", "gzip"):
        peer, ours = peers[encoding]["bytes"], cost[encoding]["bytes"]
        yield _row(f"bytes, {encoding}", _mb(peer), _mb(ours), ours / peer)
    peer = max(row["peak_bytes"] for row in results["sweeps"] if row["name"] == "peer")
    ours = cost["two_at_once"]["peak_bytes"]
    goal = _verdict("128 MB at most", ours <= _PEAK) if nodes == _GOAL_NODES else ""
    yield _row("peak memory, two at once", _mb(peer), _mb(ours), ours / peer, goal)


def _sweeps(sweeps, nodes):
    pairs = zip(sweeps[::2], sweeps[1::2])
    yield f"{'':26} {'peer':>12} {'ours':>12} {'ratio':>8}"
    for peer, ours in pairs:
        title = f"{peer['encoding']}, {peer['clients']} clients"
        yield _row(f"{title}: all nodes", _s(peer["seconds"]), _s(ours["seconds"]),
                   ours["seconds"] / peer["seconds"])
        yield _row("  CPU per node", _ms(peer["cpu_per_node_ns"]), _ms(ours["cpu_per_node_ns"]),
                   ours["cpu_per_node_ns"] / peer["cpu_per_node_ns"])
        yield _row("  99 % of nodes within", _s(peer["latency_p99_s"]),
                   _s(ours["latency_p99_s"]), ours["latency_p99_s"] / peer["latency_p99_s"])
        if not peer["up"] == ours["up"] == nodes:
            yield _row("  nodes up", f"{peer['up']:,}", f"{ours['up']:,}")


def _row(title, peer, ours, ratio=None, goal=""):
    shown = "" if ratio is None else f"1/{1 / ratio:.1f}" if ratio < 1 else f"{ratio:.2f}"
    return f"{title:26} {peer:>12} {ours:>12} {shown:>8}  {goal}".rstrip()


def _verdict(goal, reached):
    return f"{goal}: {'reached' if reached else 'not reached'}"


def _ms(nanoseconds):
    return f"{nanoseconds / 1e6:.3f} ms"


def _s(seconds):
    return f"{seconds:.3f} s"


def _mb(amount):
    return f"{amount / 1e6:.1f} MB"
