// SPDX-License-Identifier: Apache-2.0
// Instance: memory, clients and network, processor, persistence.
import { toOwnGroup } from "./links.js";
import { severityColour, unit, well } from "./look.js";
import { history, series, type Line, type Placed } from "./panels.js";
import { clientsRatio, memoryRatio, node, ofNoeviction, rate, sumOf } from "./queries.js";

const sum = (metric: string) => sumOf(node(metric));
const max = (metric: string) => `max(${node(metric)})`;
const sumOfRate = (metric: string) => sumOf(rate(metric));

// Absent before some version, and from redis_exporter; where nothing is told there is a gap.
const orZero = (metric: string) => `(${sum(metric)} or ${sum("redis_memory_used_bytes")} * 0)`;
const replication = `${orZero("redis_mem_clients_slaves")} + ${orZero("redis_mem_replication_backlog_bytes")}`;
const part = (expr: string, legend: string, colour: string): Line => ({ expr, legend, colour });

export const memoryPanels: Placed[] = [
    series({
        title: "What memory is for", unit: unit.bytes, stacked: true, legend: "table", height: 9,
        description: "Used memory by its use, and above it what the process takes of the host (resident). Data"
            + " should be by far the widest band; clients or replication that grow are buffers that are not read."
            + " Tables are what keys need besides their data.",
        lines: [
            part(sum("redis_memory_used_dataset_bytes"), "data", "blue"),
            part(`clamp_min(${sum("redis_memory_used_overhead_bytes")} - ${sum("redis_memory_used_startup_bytes")}`
                + ` - ${orZero("redis_mem_clients_normal")} - (${replication}) -`
                + ` ${orZero("redis_mem_aof_buffer_bytes")}, 0)`,
                "tables, scripts", "dark-blue"),
            part(sum("redis_mem_clients_normal"), "clients", "yellow"),
            part(replication, "replication", "green"),
            part(sum("redis_mem_aof_buffer_bytes"), "AOF buffers", "orange"),
            part(sum("redis_memory_used_startup_bytes"), "empty server", "gray"),
            { expr: sum("redis_memory_used_rss_bytes"), legend: "resident", colour: "white", dashed: true },
        ],
    }),
    series({
        title: "Share of maxmemory", unit: unit.ratio, softMax: 1, height: 9, noValue: "No maxmemory is known.",
        description: "Used memory as a share of maxmemory. Empty without one. With noeviction, writes are refused at"
            + " 100 %: free or add memory before. A cache that evicts is healthy at 100 %, and has no limits here.",
        links: [toOwnGroup("capacity", "node")],
        limit: {
            name: "memory_used_ratio", severities: ["warning", "critical"], where: `${memoryRatio} ${ofNoeviction}`,
        },
        lines: [{ expr: `max(${memoryRatio})`, legend: "used", colour: "blue" }],
    }),
    series({
        title: "Fragmentation", unit: unit.multiple,
        description: "Resident memory divided by used memory, and the allocator's own fragmentation. Above the limit"
            + " the host pays for nothing: active defragmentation, or a restart, gives it back. Below 1, data is"
            + " swapped out. On small servers the ratio says nothing.",
        limit: { name: "memory_fragmentation_ratio", severities: ["warning"] },
        lines: [
            {
                expr: `max(${node("redis_memory_used_rss_bytes")} / (${node("redis_memory_used_bytes")} > 0))`,
                legend: "resident / used",
            },
            { expr: max("redis_allocator_frag_ratio"), legend: "allocator" },
        ],
    }),
    series({
        title: "Memory beyond the data", unit: unit.bytes,
        description: "Bytes lost to fragmentation inside the allocator, and what the process keeps that the"
            + " allocator could give back. Compare with the ratio beside: many times nothing is still nothing.",
        limit: { name: "memory_fragmentation_bytes", severities: ["warning"] },
        lines: [
            { expr: sum("redis_allocator_frag_bytes"), legend: "fragmentation" },
            { expr: sum("redis_allocator_rss_bytes"), legend: "not given back" },
            { expr: sum("redis_rss_overhead_bytes"), legend: "outside of the allocator" },
        ],
    }),
];

export const clientPanels: Placed[] = [
    series({
        title: "Clients", unit: unit.count,
        description: "Connections, and those that wait in a blocking call. A step that stays after a release is a"
            + " connection pool; a slope is a leak: CLIENT LIST shows from where.",
        lines: [
            { expr: sum("redis_connected_clients"), legend: "connected", colour: "blue" },
            { expr: sum("redis_blocked_clients"), legend: "blocked", colour: "yellow" },
        ],
    }),
    series({
        title: "Share of maxclients", unit: unit.ratio, softMax: 1,
        description: "Connections as a share of maxclients, those of the cluster bus included. At 100 % new"
            + " connections are refused: raise maxclients, or shrink the pools.",
        limit: { name: "clients_ratio", severities: ["warning", "critical"] },
        lines: [{ expr: `max(${clientsRatio})`, legend: "used", colour: "blue" }],
    }),
    series({
        title: "New connections", unit: unit.perSecond,
        description: "Connections per second that were accepted, and that were refused because of maxclients. Many"
            + " new ones: clients do not keep theirs, and pay for each with a handshake.",
        lines: [
            { expr: sumOfRate("redis_connections_received_total"), legend: "accepted", colour: "blue" },
            { expr: sumOfRate("redis_rejected_connections_total"), legend: "refused", colour: severityColour.critical },
        ],
    }),
    series({
        title: "Network", unit: unit.bytesPerSecond,
        description: "Bytes per second that come in (above zero) and go out (below), and the part of replication"
            + " from 7.0 on. Out that nears what the host's network carries: large values, or too many replicas.",
        lines: [
            { expr: sumOfRate("redis_net_input_bytes_total"), legend: "in", colour: "green" },
            { expr: sumOfRate("redis_net_output_bytes_total"), legend: "out", colour: "blue", mirrored: true },
            {
                expr: sumOfRate("redis_net_repl_input_bytes_total"), legend: "in, replication",
                colour: "dark-green",
            },
            {
                expr: sumOfRate("redis_net_repl_output_bytes_total"), legend: "out, replication",
                colour: "dark-blue", mirrored: true,
            },
        ],
    }),
];

export const processorPanels: Placed[] = [
    series({
        title: "Main thread", unit: unit.ratio, stacked: true,
        description: "Share of one CPU that the main thread takes in its own code and in the kernel. All commands"
            + " run there: above the limit they queue. Much kernel time is network or memory of the host."
            + " Servers before 6.2 do not tell: see the process beside.",
        limit: { name: "main_thread_ratio", severities: ["warning"] },
        lines: [
            { expr: sumOfRate("redis_cpu_user_main_thread_seconds_total"), legend: "own code", colour: "blue" },
            { expr: sumOfRate("redis_cpu_sys_main_thread_seconds_total"), legend: "kernel", colour: "orange" },
        ],
    }),
    series({
        title: "Whole process", unit: unit.ratio, stacked: true,
        description: "CPUs that the process takes with all its threads, and its children that save (told when they"
            + " end). Much more than the main thread: I/O threads, background deletion, or saves.",
        lines: [
            { expr: sumOfRate("redis_cpu_user_seconds_total"), legend: "own code", colour: "blue" },
            { expr: sumOfRate("redis_cpu_sys_seconds_total"), legend: "kernel", colour: "orange" },
            { expr: `${sumOfRate("redis_cpu_user_children_seconds_total")} +`
                + ` ${sumOfRate("redis_cpu_sys_children_seconds_total")}`,
                legend: "children", colour: "yellow" },
        ],
    }),
];

const status = (metric: string, what: string) => `label_replace(max(${node(metric)}), "what", "${what}", "", "")`;

export const persistencePanels: Placed[] = [
    history({
        title: "Did writing to disk succeed", unit: unit.count, width: 24, height: 6, legend: "{{what}}",
        words: { 0: ["failed", severityColour.critical], 1: ["well", well] },
        description: "The last save, rewrite of the AOF and write to it. Failed: the disk is full or refuses, and"
            + " with stop-writes-on-bgsave-error the server refuses writes, too. The server's log has the reason.",
        expr: [status("redis_rdb_last_bgsave_status", "snapshot"),
            status("redis_aof_last_bgrewrite_status", "AOF rewrite"),
            status("redis_aof_last_write_status", "AOF write")].join(" or "),
    }),
    series({
        title: "Changes that no snapshot has", unit: unit.count,
        description: "Changes since the last RDB file was written. They are lost in a crash, unless the AOF or a"
            + " replica has them. It falls to zero with each save; where none are configured it only rises.",
        lines: [{ expr: sum("redis_rdb_changes_since_last_save"), legend: "changes", colour: "blue" }],
    }),
    series({
        title: "Forks", unit: unit.seconds,
        description: "How long the last fork took: no command runs meanwhile. It grows with the memory used; above"
            + " the limit, save on a replica, or switch transparent huge pages off.",
        limit: { name: "fork_seconds", severities: ["warning"] },
        lines: [{ expr: max("redis_latest_fork_seconds"), legend: "last fork", colour: "blue" }],
    }),
    series({
        title: "Copied while saving", unit: unit.bytes,
        description: "Memory that was copied because clients wrote while a child saved: the host needs that much"
            + " besides. Near the used memory: writes are heavy, leave room or save at another time.",
        lines: [
            { expr: max("redis_rdb_last_cow_size_bytes"), legend: "last snapshot", colour: "blue" },
            { expr: max("redis_aof_last_cow_size_bytes"), legend: "last AOF rewrite", colour: "green" },
            { expr: max("redis_current_fork_cow_size_bytes"), legend: "now, while it saves", colour: "yellow" },
        ],
    }),
    series({
        title: "AOF", unit: unit.bytes, noValue: "The AOF is off, or nothing is scraped.",
        description: "Size of the append-only file now and after its last rewrite. Empty while the AOF is off. Many"
            + " times larger than after the rewrite: rewrites fail or are switched off, and a restart will take long.",
        lines: [
            { expr: sum("redis_aof_current_size_bytes"), legend: "now", colour: "blue" },
            { expr: sum("redis_aof_base_size_bytes"), legend: "after the rewrite", colour: "green" },
        ],
    }),
];
