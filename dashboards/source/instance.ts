// SPDX-License-Identifier: Apache-2.0
// Instance: what is this node doing?
import { readFileSync } from "node:fs";
import { alertTable, severityBy, severityWords } from "./alerts.js";
import { commandPanels, keyPanels } from "./instance_commands.js";
import { clientPanels, memoryPanels, persistencePanels, processorPanels } from "./instance_resources.js";
import { toOwnGroup } from "./links.js";
import { notScrapedWord, told } from "./known.js";
import { cacheWord, plain, roleWords, severityColour, unit, upWords, well, type Words } from "./look.js";
import { page } from "./page.js";
import { stat, type Placed } from "./panels.js";
import { top } from "./paths.js";
import {
    clientsRatio, hitRatio, limitedCaches, mainThread, maxBy, memoryRatio, node, ofNoeviction, rate, realErrors, roleBy,
    sumBy, sumOf, versions,
} from "./queries.js";
import { judgedHits, silentFor } from "./states.js";
import { table, type Column } from "./table.js";
import { ownGroup } from "./variables.js";

const small = { width: 3, height: 3 };
const narrow = { width: 2, height: 3 };

function readReasons(): string[] {
    const header = "exporter/base/failure.h";
    const list = /kReasonNames = \{([^}]*)\}/.exec(readFileSync(top(header), "utf8"))?.[1];
    if (!list) throw new Error(`${header} has no list kReasonNames = {...}`);
    return [...list.matchAll(/"(\w+)"/g)].map(([, name]) => name!).slice(1);
}

// As redis_exporter_node_failure has them; the first is that nothing failed.
const reasons = readReasons();
const firstReason = 10;
const stateWords: Words = {
    ...upWords, "-1": notScrapedWord, 2: ["loading", severityColour.warning],
    ...Object.fromEntries(reasons.map((reason, index) =>
        [firstReason + index, [`down: ${reason.replace("_", " ")}`, severityColour.critical]])),
};
const failed = reasons.map((reason, index) =>
    `max(${node("redis_exporter_node_failure", `reason="${reason}"`)} == 1) * 0 + ${firstReason + index}`).join(" or ");
const lastSave = node("redis_rdb_last_save_timestamp_seconds");
const linkWords: Words = { ...upWords, 2: ["has none"] };

const identity: Placed[] = [
    stat({
        ...small, title: "State", unit: unit.count, words: stateWords, loud: true, noValue: "not scraped",
        description: "Whether the server answers. Loading: it reads its data from disk and refuses commands until that"
            + " is done. Down, and why: refused and unreachable are the server or the network, auth and noperm the"
            + " exporter's own user; follow the alert's runbook. Not scraped: Prometheus has no metrics of it now.",
        // Of several jobs one that does not reach it is enough.
        expr: `(${failed}) and on () min(${node("redis_up")}) == 0`
            + ` or min(${node("redis_up")}) * (1 + (max(${node("redis_loading_dump_file")}) or vector(0)))`
            + ` or max(${told(node("redis_up"))}) * 0 - 1`,
    }),
    stat({
        ...small, title: "Role", unit: unit.count, words: roleWords,
        links: [toOwnGroup("replication")],
        description: "What the node is now. A failover changes it: the Replication page shows when.",
        expr: roleBy("instance"),
    }),
    stat({
        ...small, title: "Up, or seen", unit: unit.period, decimals: 0,
        steps: [{ from: null, colour: severityColour.critical }, { from: 0, colour: plain }],
        description: "Time since the server process started. Shorter than expected: it was restarted, and a server"
            + " without persistence or replicas has lost its data then. While it does not answer (red): how long ago it"
            + " did, as far as Prometheus knows.",
        // Grafana writes a time below 0 as one that is past.
        expr: `min(${node("redis_uptime_in_seconds")}) or -min(${silentFor})`,
    }),
    stat({
        ...small, title: "Version", unit: unit.number, showName: true, legend: "{{version}}",
        description: "The server's version. Different ones within a group are for the time of an upgrade only.",
        expr: maxBy("version", versions),
    }),
    stat({
        ...small, title: "Master link", unit: unit.count, words: linkWords,
        links: [toOwnGroup("replication")],
        description: "Whether this replica hears its master; a master has none. Down: its data grows"
            + " old, and it is no candidate for a failover. Look at the network and at the master's output buffers.",
        expr: `min(${node("redis_master_link_up")}) or max(${node("redis_instance_info")}) * 2`,
    }),
    stat({
        ...small, title: "Replicas", unit: unit.count,
        links: [toOwnGroup("replication")],
        description: "Replicas that are connected to this node. A master with none has no other copy of its data.",
        expr: `max(${node("redis_connected_slaves")})`,
    }),
    stat({
        ...small, title: "Last snapshot", unit: unit.ago, words: { 0: ["never"], "-1": ["off"] },
        description: "When the node last wrote an RDB file. Changes since then are lost in a crash, unless the AOF or a"
            + " replica has them. Never: not since it was started; off: it does not by itself, either.",
        // What it tells before it has written one is its start.
        expr: `max(${lastSave} > ${node("redis_start_time_seconds")} + 2 or ${lastSave}`
            + ` unless ${node("redis_start_time_seconds")}) * 1000`
            + ` or max(${node("redis_config_save_enabled")} == 0) - 1 or max(${lastSave}) * 0`,
    }),
    stat({
        ...small, title: "Worst alert", unit: unit.count, words: { 0: ["none", well], ...severityWords }, loud: true,
        noValue: "not told",
        description: "The highest severity of the alerts that fire for this node or its group; the table"
            + " below names them. None, too, where Prometheus has not loaded the rules.",
        expr: `max(${severityBy("severity")}) or max(${node("redis_up")}) * 0`,
    }),
];

const p99 =
    `histogram_quantile(0.99, ${sumBy("redis_group, le", rate("redis_commands_latencies_usec_bucket"))}) / 1e6`;

const work: Placed[] = [
    stat({
        ...small, title: "Commands", unit: unit.opsPerSecond,
        description: "Commands per second. A sudden fall: clients are gone or wait; a sudden rise: look which"
            + " command and which clients below.",
        expr: sumOf(rate("redis_commands_processed_total")),
    }),
    stat({
        ...narrow, title: "p99", unit: unit.seconds,
        description: "Time on the server that one in 100 calls of any command exceeds; waiting and the network"
            + " are not in it. High: find the slow command below, and in SLOWLOG GET.",
        judged: { name: "command_p99_seconds", of: p99 },
    }),
    stat({
        ...narrow, title: "Errors", unit: unit.perSecond,
        description: "Error replies per second, redirections of a Cluster (MOVED, ASK) left out. The panel of"
            + " errors below tells their kinds; OOM, MISCONF and READONLY mean that writes are lost.",
        expr: sumOf(rate("redis_errors_total", realErrors)),
    }),
    stat({
        ...small, title: "Main thread", unit: unit.ratio,
        description: "Share of one CPU that the main thread takes, or the whole process before 6.2. All"
            + " commands run on it: near 100 % each waits for the others.",
        judged: { name: "main_thread_ratio", of: mainThread() },
    }),
    stat({
        ...small, title: "Memory used", unit: unit.bytes,
        description: "Bytes allocated by the server, data and overhead. The anatomy below shows for what.",
        expr: sumOf(node("redis_memory_used_bytes")),
    }),
    stat({
        ...narrow, title: "Full", unit: unit.ratio,
        words: { "-1": ["never"], "-2": [cacheWord] },
        description: "Used memory as a share of maxmemory, where the policy is noeviction: at 100 % writes are"
            + " answered with OOM. Never: there is no maxmemory. A cache that evicts is healthy when it is full.",
        judged: {
            name: "memory_used_ratio", of: `${memoryRatio} ${ofNoeviction}`,
            otherwise: `(max(${limitedCaches}) * 0 - 2 or max(${node("redis_instance_info")}) * -1)`,
        },
    }),
    stat({
        ...small, title: "Evicted", unit: unit.perSecond, decimals: 0,
        description: "Keys per second that were evicted because memory was full. It is the work of a cache; too much"
            + " pushes out what clients still need, and the hit ratio falls.",
        judged: { name: "evictions_per_second", of: rate("redis_evicted_keys_total") },
    }),
    stat({
        ...small, title: "Connections", unit: unit.ratio,
        description: "Connections as a share of maxclients. At 100 % new ones are refused, yours as well.",
        judged: { name: "clients_ratio", of: clientsRatio },
    }),
    stat({
        ...small, title: "Hit ratio", unit: unit.ratio,
        description: "Lookups that found their key, as a share of all. Empty while nothing is looked up. For a cache,"
            + " low means that the database behind it does the work; for other uses it says little, and is white.",
        judged: { ...judgedHits, otherwise: hitRatio("job") },
    }),
];

const fact = (name: string, metric: string, more: Partial<Column> = {}): Column =>
    ({ name, expr: `max by (instance) (${node(metric)})`, ...more });
const words = (label: string, metric = "redis_instance_info") =>
    ({ label, expr: `max by (instance, ${label}) (${node(metric)})` });
const onOff: Words = { 0: ["off"], 1: ["on"] };

const facts = table({
    title: "How it is configured", width: 24, height: 4, unit: unit.count,
    noValue: "It does not answer, or is not scraped now.",
    description: "Facts and settings to compare with what you expect. maxmemory 0: no limit. Nodes of a group"
        + " should have the same settings, or a failover changes them: the Replication page compares.",
    key: [{ label: "instance", name: "Node", width: 150 }],
    columns: [
        { name: "Mode", width: 100, ...words("redis_mode") },
        { name: "When full", width: 130, ...words("maxmemory_policy") },
        fact("maxmemory", "redis_memory_max_bytes", { unit: unit.bytes, width: 105 }),
        fact("Host memory", "redis_total_system_memory_bytes", { unit: unit.bytes, width: 110 }),
        fact("maxclients", "redis_config_maxclients", { unit: unit.number, width: 100 }),
        fact("Snapshots", "redis_config_save_enabled", { words: onOff, width: 95 }),
        fact("AOF", "redis_aof_enabled", { words: onOff, width: 60 }),
        fact("Backlog", "redis_replication_backlog_bytes", { unit: unit.bytes, width: 90 }),
        fact("min-replicas-to-write", "redis_config_min_replicas_to_write", { width: 170 }),
        fact("io-threads", "redis_config_io_threads", { width: 95 }),
        { name: "System", ...words("os") },
    ],
    sort: [{ by: "Node" }],
});

export const instance = () => page({
    page: "instance",
    single: "instance",
    more: [ownGroup],
    description: "What is this node doing? Two lines of figures say who it is and how it is; below are its alerts,"
        + " then commands, memory, clients, processor, keys and persistence over time.",
    first: [...identity, ...work, alertTable({ width: 24, height: 5 }), facts],
    rows: [
        { title: "Commands", panels: commandPanels },
        { title: "Memory", panels: memoryPanels },
        { title: "Clients and network", panels: clientPanels },
        { title: "Processor", panels: processorPanels },
        { title: "Keys", panels: keyPanels },
        { title: "Persistence", panels: persistencePanels },
    ],
});
