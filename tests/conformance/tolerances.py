# SPDX-License-Identifier: Apache-2.0
"""What may move between two scrapes, and by how much.

A value of ours is taken between two of the peer's. It must lie within these two; the rules below
widen that range for values that go up and down by themselves, or that a scrape itself changes:
the peer opens a connection for every scrape, ours keeps one, so that there is one client more
and its buffers are in use while the peer looks.
"""

import math
import re

KIB = 1024
MIB = 1024 * KIB

# Values about the exporter itself: two programs cannot agree on them. Name, labels and type are
# compared all the same.
OF_THE_EXPORTER = re.compile(r"process_|redis_exporter_(?!build_info|last_scrape_error)"
                             r"|redis_last_key_groups_scrape_duration_milliseconds")

# The first rule whose pattern matches the whole name holds: added to either side of the range,
# as a number and as a fraction of the value.
_RULES = [(re.compile(pattern), absolute, fraction) for pattern, absolute, fraction in [
    # The exporters' own connections.
    (r"redis_connected_clients", 2, 0),
    (r"redis_client_recent_max_(input|output)_buffer_bytes", 256 * KIB, 0),
    (r"redis_mem_clients_normal", 256 * KIB, 0),
    # Memory that grows and shrinks with these buffers and with the allocator's habits.
    (r"redis_memory_used_((dataset|overhead|peak)_)?bytes", 256 * KIB, 0),
    (r"redis_allocator_(allocated|frag)_bytes", 512 * KIB, 0),
    # Scripts that the peer runs, and their garbage.
    (r"redis_memory_used_(lua|vm_eval|scripts_eval)_bytes", 256 * KIB, 0),
    (r"redis_(memory_used_rss|mem_fragmentation)_bytes", 2 * MIB, 0),
    (r"redis_allocator_(active|resident|rss)_bytes", 2 * MIB, 0),
    (r"redis_(mem_fragmentation|allocator_(frag|rss))_ratio", 0.1, 0.2),
    # now() less the uptime, which the server rounds to seconds.
    (r"redis_start_time_seconds", 1.5, 0),
    # The server's estimates and ages.
    (r"redis_db_avg_ttl_seconds", 1, 0.01),
    (r"redis_expired_stale_percentage", 1, 0),
    (r"redis_connected_slave_lag_seconds", 2, 0),
    (r"redis_master_last_io_seconds_ago", 2, 0),
    (r"redis_sentinel_master_last_ok_ping_reply_seconds", 2, 0),
]]


def allowed_range(name, first, second):
    """The range in which ours may be, from the two values of the peer."""
    low, high = min(first, second), max(first, second)
    for pattern, absolute, fraction in _RULES:
        if pattern.fullmatch(name):
            return low - absolute - fraction * abs(low), high + absolute + fraction * abs(high)
    # Digits: both print the shortest text of a double, but may have divided by 1e6 or
    # multiplied by 1e-6.
    return low - 1e-9 * abs(low), high + 1e-9 * abs(high)


def fits(name, ours, first, second):
    if math.isnan(first) or math.isnan(second):
        return math.isnan(ours)
    low, high = allowed_range(name, first, second)
    return low <= ours <= high
