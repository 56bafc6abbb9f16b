// SPDX-License-Identifier: Apache-2.0
// Replication: over time, and the tables of masters and of settings that differ.
import {
    backlogSeconds, lagBytes, leastBacklogSeconds, mostLagBytes, mostSilence, pageWritten, silence, written,
} from "./lag.js";
import { severityColour, unit, well } from "./look.js";
import { history, series, type Placed } from "./panels.js";
import { groupOfNodes, maxBy, minBy, most, node, nodeLegend, rate, sumOf, top } from "./queries.js";
import { byGroup, byNode, info, risen, role, roleOrDown } from "./states.js";
import { groupKey, nodeKey, table } from "./table.js";
import { stepsOf } from "./thresholds.js";

// Nodes that had several roles come first; those that had neither a replica nor a master are left out.
const over = (name: string, selected: string) => `${name}(${selected}[$__range] @ end())`;
const roles = `count by (redis_group, instance) (count by (redis_group, instance, role)`
    + ` (${over("last_over_time", info(`role=~"master|slave"`))})) and on (redis_group, instance)`
    + ` (${over("max_over_time", node("redis_connected_slaves"))} > 0 or`
    + ` ${over("last_over_time", node("redis_master_link_up"))})`;
// A replica has a series for each of its masters: the worst counts.
const linkMean = minBy(byNode, `avg_over_time(${node("redis_master_link_up")}[$__range] @ end())`);

export const rolePanels: Placed[] = [
    history({
        title: "Roles", points: 180, unit: unit.count, width: 12, height: 10, legend: nodeLegend, words: roleOrDown,
        noValue: "No server with replicas is known.",
        description: "Who was master when, of 20 nodes at most: first those that changed their role within the page's"
            + " time. Two masters in one group for longer than a failover takes: both took writes, and one's are lost."
            + " Empty without replicas.",
        expr: `(${role}) and on (redis_group, instance) topk(20, ${roles})`,
    }),
    history({
        title: "Links to masters", points: 180, unit: unit.count, width: 12, height: 10, legend: nodeLegend,
        noValue: "No replica is known.",
        words: { 0: ["down", severityColour.critical], 1: ["copies", severityColour.warning], 2: ["up", well] },
        description: "Whether replicas heard their master, of the 20 that did so the least. Copies: all data is being"
            + " transferred. All of one master at once: the master or its network; one alone: that replica. Empty"
            + " without replicas.",
        expr: `(${maxBy(byNode, node("redis_master_sync_in_progress"))} == 1 or on (redis_group, instance)`
            + ` ${maxBy(byNode, node("redis_master_link_up"))} * 2) and on (redis_group, instance) bottomk(20,`
            + ` ${linkMean})`,
    }),
];

const lastHeard = maxBy(byNode, node("redis_master_last_io_seconds_ago"));
const mostLastHeard = maxBy(byNode, most(node("redis_master_last_io_seconds_ago")));
const anyReplica = `${node("redis_master_link_up")} or ${node("redis_connected_slaves")} > 0`;
const heldBy = "redis_mem_clients_slaves";

export const behindPanels: Placed[] = [
    series({
        title: "Bytes behind", points: 180, unit: unit.bytes, legend: "table", noValue: "No replica is known.",
        description: "What replicas have not applied, of the ten that were furthest behind within the page's time. A"
            + " failover would lose it, and reads from there are old. Peaks with large writes are normal; what grows is"
            + " a replica or a network too slow for the writes. Empty without replicas.",
        limit: { name: "replication_lag_bytes", severities: ["warning"], where: anyReplica },
        lines: [{ expr: top(10, `(${lagBytes})`, mostLagBytes), legend: nodeLegend }],
    }),
    series({
        title: "Since masters heard replicas", points: 180, unit: unit.seconds, legend: "table",
        noValue: "No replica is known.",
        description: "Time since a replica acknowledged what it has, as its master counts, of the ten most silent ones."
            + " 0 and 1 are normal. It grows while a replica hangs or the network fails; after repl-timeout the master"
            + " cuts the link. Empty without replicas.",
        limit: { name: "replication_lag_seconds", severities: ["warning"], where: anyReplica },
        lines: [{ expr: top(10, `(${silence})`, mostSilence), legend: nodeLegend }],
    }),
    series({
        title: "Since replicas heard masters", points: 180, unit: unit.seconds, legend: "table",
        noValue: "No replica is known.",
        description: "Time since the last byte from the master, of the ten replicas that waited longest; an idle master"
            + " pings every 10 s. Above that it hangs, or the network does. A gap is a link that is down. Empty without"
            + " replicas.",
        limit: { name: "replication_last_io_seconds", severities: ["warning"], where: anyReplica },
        lines: [{ expr: top(10, `(${lastHeard} >= 0)`, mostLastHeard), legend: nodeLegend }],
    }),
    series({
        title: "What the backlog holds, in time", points: 180, unit: unit.seconds, legend: "table", logarithmic: true,
        noValue: "No replica is known.",
        description: "How long a replica may be away and still catch up without a full copy, of the ten masters with"
            + " the shortest time. Below the limit, raise repl-backlog-size: it is cheap beside a copy of all data."
            + " Empty without replicas, and while nothing is written.",
        limit: { name: "replication_backlog_seconds", severities: ["warning"], where: anyReplica },
        lines: [{ expr: `(${backlogSeconds}) and bottomk(10, ${leastBacklogSeconds})`, legend: nodeLegend }],
    }),
];

/** What they rose by since the moment drawn before, so that each copy is in one bar. */
const newOf = (metric: string) =>
    sumOf(`clamp_min(${node(metric)} - ${node(metric)} offset $__interval, 0)`);

export const copyPanels: Placed[] = [
    series({
        title: "Copies begun", unit: unit.count, bars: true, stacked: true, points: 120,
        description: "What masters answered replicas that came back: a copy of all data, the missing part alone, or no"
            + " to the latter, which then is a full copy as well. Refused ones: the backlog is too short, or the master"
            + " was restarted without its history.",
        lines: [
            {
                expr: newOf("redis_replica_resyncs_full"), legend: "full",
                colour: severityColour.warning,
            },
            {
                expr: newOf("redis_replica_partial_resync_accepted"),
                legend: "missing part", colour: well,
            },
            {
                expr: newOf("redis_replica_partial_resync_denied"),
                legend: "part refused", colour: severityColour.critical,
            },
        ],
    }),
    series({
        title: "Still to copy", points: 180, unit: unit.bytes, legend: "table", noValue: "No replica is known to copy.",
        description: "Bytes of the snapshot that replicas still wait for, of the ten that have most. Empty while none"
            + " copies; a line that does not fall is a copy that hangs. A master that sends without a file (diskless)"
            + " does not tell the size.",
        lines: [{
            expr: top(10, `(${maxBy(byNode, node("redis_replication_sync_left_bytes"))} > 0)`,
                maxBy(byNode, most(node("redis_replication_sync_left_bytes")))),
            legend: nodeLegend,
        }],
    }),
    series({
        title: "Written to replicas", points: 180, unit: unit.bytesPerSecond, legend: "table",
        noValue: "No master with replicas is known.",
        description: "Bytes per second that masters add to what replicas have to follow, of the ten with most. Bursts"
            + " here explain bytes behind, and set how long the backlog lasts. Empty without replicas.",
        lines: [{ expr: top(10, `(${written})`, pageWritten), legend: nodeLegend }],
    }),
    series({
        title: "Buffers of replicas", points: 180, unit: unit.bytes, legend: "table",
        noValue: "No master with replicas is known.",
        description: "Memory of the masters' output buffers for replicas, of the ten with most. One that grows is a"
            + " replica too slow to read; at client-output-buffer-limit it is cut off, and copies all data. Empty"
            + " without replicas.",
        lines: [{
            expr: top(10, `${maxBy(byNode, node(heldBy))} and on (redis_group, instance)`
                + ` ${node("redis_connected_slaves")} > 0`,
                `${maxBy(byNode, most(node(heldBy)))} and on (redis_group, instance)`
                    + ` ${most(node("redis_connected_slaves"))} > 0`),
            legend: nodeLegend,
        }],
    }),
];

const ofMaster = `and on (redis_group, instance) ${info(`role="master"`)}`;
const fact = (metric: string, more?: string) => `${maxBy(byNode, node(metric, more))} ${ofMaster}`;
const since = (metric: string) => `${maxBy(byNode, risen(node(metric)))} ${ofMaster}`;

export const masterTable = table({
    title: "Masters", height: 8, unit: unit.count, noValue: "No master is known.",
    description: "What each master does for its replicas. Needed (min-replicas-to-write) above the good ones, which are"
        + " empty where none is needed: it refuses writes. Cut off at: the output buffer at which a replica is dropped;"
        + " before 7.0 it must be larger than the backlog. Copies are those within the page's time.",
    key: [groupKey, { ...nodeKey, name: "Master" }],
    columns: [
        { name: "Replicas", expr: fact("redis_connected_slaves"), width: 85 },
        { name: "Good ones", expr: fact("redis_replication_good_replicas"), width: 95 },
        { name: "Needed", expr: fact("redis_config_min_replicas_to_write"), width: 80 },
        {
            name: "Written", expr: `${maxBy(byNode, rate("redis_master_repl_offset"))} ${ofMaster}`,
            unit: unit.bytesPerSecond, width: 105,
        },
        { name: "Backlog", expr: fact("redis_replication_backlog_bytes"), unit: unit.bytes, width: 95 },
        {
            name: "Backlog holds", expr: `(${backlogSeconds}) ${ofMaster}`, unit: unit.period, decimals: 0,
            steps: stepsOf("replication_backlog_seconds"), width: 125,
        },
        { name: "Buffers", expr: fact(heldBy), unit: unit.bytes, width: 95 },
        {
            name: "Cut off at",
            expr: fact("redis_config_client_output_buffer_limit_bytes", `class="slave", limit="hard"`),
            unit: unit.bytes, width: 95,
        },
        { name: "Full copies", expr: since("redis_replica_resyncs_full"), width: 100 },
        { name: "Part copies", expr: since("redis_replica_partial_resync_accepted"), width: 100 },
        { name: "Parts refused", expr: since("redis_replica_partial_resync_denied"), width: 110 },
    ],
    sort: [{ by: "Replicas", down: true }, { by: "Written", down: true }],
});

export const settingsTable = table({
    title: "Settings that a failover changes", height: 6, unit: unit.number,
    noValue: "No difference is known.",
    description: "Settings of which the nodes of a group have several values: a replica that becomes master then acts"
        + " otherwise, for example with a smaller maxmemory. Make them the same, in the files as well. Empty while"
        + " all nodes of each group agree, and where the exporter does not compare them.",
    key: [groupKey, { label: "setting", name: "Setting" }],
    columns: [{
        name: "Values", expr: `max by (${byGroup}, setting) (${groupOfNodes("redis_group_setting_values")}) > 1`,
    }],
    sort: [{ by: "Group" }],
});

