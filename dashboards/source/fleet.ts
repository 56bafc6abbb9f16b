// SPDX-License-Identifier: Apache-2.0
// Fleet: which group needs me?
import { alertCount, alertTable } from "./alerts.js";
import { groupTable, nodeTable } from "./fleet_tables.js";
import { counted, gone, nodesDown, notScraped, notTold, told, upOrNot } from "./known.js";
import { fromNode, panelLink } from "./links.js";
import { muted, noneIsWell, roleColour, unit } from "./look.js";
import { page } from "./page.js";
import { bars, series, stat, type Placed } from "./panels.js";
import {
    asIs, clientsRatio, countAll, countOf, highest, hitRatio, mainThread, maxBy, memoryRatio,
    most, named, node, nodeLegend, ofNoeviction, pageRate, rate, realErrors, refusingRatioAs, sumBy, sumOf, top,
    topGroups, topGroupsByRate, topGroupsWithAny,
} from "./queries.js";
import {
    byGroup, byNode, comparedGroups, copiesAlone, first, graded, newFailovers, noQuorum, noReplica, replicasCutOff,
    restarted,
} from "./states.js";
import { groupKey, nodeKey, table } from "./table.js";
import { stepsOf } from "./thresholds.js";

const small = { width: 3, height: 4 };

const what = (name: string, expr: string) => `label_replace(${expr}, "what", "${name}", "", "")`;

const figures: Placed[] = [
    stat({
        ...small, title: "Not scraped", unit: unit.count, steps: noneIsWell("critical"), loud: true,
        noValue: "no metrics", links: [panelLink("exporter")],
        description: "Targets of Prometheus that do not answer, and groups that no target tells of any more: nothing"
            + " is known of their nodes now. The exporter is down, or a job has lost them: the Exporter page names"
            + " them. A group that was removed on purpose is counted for a day.",
        expr: counted(notScraped, told(node("redis_up"))),
    }),
    stat({
        ...small, title: "Nodes down", unit: unit.count, steps: noneIsWell("critical"), loud: true,
        noValue: "not told", words: notTold,
        description: "Servers that do not answer the exporter. The table of nodes that are down names them, with"
            + " the reason; the alert RedisDown leads to the runbook. Not told: none is known to be down, but some are"
            + " not scraped.",
        expr: nodesDown,
    }),
    alertCount("critical", small),
    alertCount("warning", small),
    stat({
        ...small, title: "Replicas cut off", unit: unit.count, steps: noneIsWell("warning"), loud: true,
        noValue: "no replicas", words: notTold, links: [panelLink("replication")],
        description: "Replicas that are down, or have no link to their master: their data grows old, and they cannot"
            + " take over. The Replication page shows since when. Not told: none is known to be, but some are not"
            + " scraped. Empty without replicas.",
        expr: replicasCutOff,
    }),
    stat({
        ...small, title: "No failover", unit: unit.count, loud: true,
        noValue: "not compared", words: { ...notTold, "-2": ["none wanted", muted] },
        links: [panelLink("replication"), panelLink("sentinel")],
        description: "Groups with replicas or Sentinels in which a master has no replica in step, or (red) whose"
            + " Sentinels do not reach a quorum. If the master fails now, nobody takes over: bring the replica or the"
            + " Sentinel back. None wanted: no node has a replica or is one. Empty where no node answers, or the"
            + " exporter compares none, as redis_exporter.",
        graded: graded({ bad: first(noQuorum, noReplica), critical: noQuorum, of: comparedGroups, missing: gone })
            + ` or on () ${countAll(copiesAlone)} * 0 - 2`,
    }),
    stat({
        ...small, title: "Watched", unit: unit.count, legend: "{{what}}",
        description: "Groups and nodes that Prometheus has metrics of. Fewer than expected: a job, the exporter's"
            + " configuration or its discovery leaves some out. More: jobs name the group or address of a node"
            + " differently.",
        expr: `${what("groups", countAll(maxBy(byGroup, node("redis_up"))))}`
            + ` or ${what("nodes", countAll(node("redis_up")))}`,
    }),
    stat({
        ...small, title: "Commands", unit: unit.opsPerSecond,
        description: "Commands per second of all chosen nodes. A sudden fall is an outage of clients or of a group:"
            + " the graphs below show which.",
        expr: sumOf(rate("redis_commands_processed_total")),
    }),
];

const because = (nodes: string, reason: string) => `label_replace(${nodes}, "reason", "${reason}", "", "")`;

const downTable = table({
    title: "Nodes that are down", width: 10, height: 7, unit: unit.count, noValue: "None is known to be down.",
    description: "Servers that do not answer the exporter, and why: refused and unreachable are the server or the"
        + " network, auth and noperm the exporter's own user. Not scraped: Prometheus does not reach the node's"
        + " exporter. Empty on a healthy fleet.",
    key: [groupKey, nodeKey],
    columns: [{
        name: "Reason", label: "reason",
        expr: `max by (redis_group, instance, reason) (${node("redis_exporter_node_failure")} == 1`
            + ` or on (redis_group, instance) ${because(`${node("redis_up")} == 0`, "unknown")}`
            + ` or on (redis_group, instance) ${because(`${upOrNot} == -1`, "not scraped")})`,
    }],
    sort: [{ by: "Group" }],
});

const tops: Placed[] = [
    bars({
        title: "Fullest nodes", unit: unit.ratio, max: 1, steps: stepsOf("memory_used_ratio"), legend: nodeLegend,
        dataLinks: [fromNode], noValue: "No node is known to refuse writes when it is full.",
        description: "Used memory as a share of maxmemory, of the ten fullest nodes with the policy noeviction: at"
            + " 100 % they refuse writes. Free or add memory before. Caches that evict are left out: they are"
            + " healthy when full. Empty where no node has that policy and a maxmemory.",
        expr: highest(10, maxBy(byNode, `${memoryRatio} ${ofNoeviction}`)),
    }),
    bars({
        title: "Busiest nodes", unit: unit.opsPerSecond, legend: nodeLegend, dataLinks: [fromNode],
        description: "Commands per second of the ten busiest nodes. One far above the others of its group: a hot"
            + " key or slot, or clients that read from the master alone.",
        expr: highest(10, sumBy(byNode, rate("redis_commands_processed_total"))),
    }),
    bars({
        title: "Main thread", unit: unit.ratio, max: 1, steps: stepsOf("main_thread_ratio"), legend: nodeLegend,
        dataLinks: [fromNode],
        noValue: "No node tells, or is scraped now.",
        description: "Share of one CPU that the main thread takes (the whole process before 6.2), of the ten highest."
            + " All commands run there: near 100 % they queue. The node's page shows which command it is.",
        expr: highest(10, maxBy(byNode, mainThread())),
    }),
    bars({
        title: "Slowest to answer", unit: unit.seconds, steps: stepsOf("probe_round_trip_seconds"), legend: nodeLegend,
        dataLinks: [fromNode], noValue: "The exporter does not tell.",
        description: "Time from the exporter's last byte out to the last reply in, of the ten slowest: what a client"
            + " beside the exporter sees. Slow: the main thread is busy, or the network is.",
        expr: highest(10, maxBy(byNode, node("redis_exporter_last_exchange_duration_seconds"))),
    }),
    bars({
        title: "Most connections", unit: unit.ratio, max: 1, steps: stepsOf("clients_ratio"), legend: nodeLegend,
        dataLinks: [fromNode],
        description: "Connections as a share of maxclients, of the ten highest. At 100 % new ones are refused: raise"
            + " maxclients, or shrink the pools.",
        expr: highest(10, maxBy(byNode, clientsRatio)),
    }),
    bars({
        title: "Furthest behind", unit: unit.bytes, steps: stepsOf("replication_lag_bytes"), legend: nodeLegend,
        dataLinks: [fromNode],
        noValue: "No replica that the exporter compares is known.",
        description: "Bytes of the master's history that a replica has not applied, of the ten that have most. A"
            + " failover now would lose them. Empty where the exporter compares no replicas.",
        expr: highest(10, maxBy(byNode, node("redis_group_replica_lag_bytes"))),
    }),
];

const network = (part: typeof rate) =>
    sumBy(byGroup, `${part("redis_net_input_bytes_total")} + ${part("redis_net_output_bytes_total")}`);
const fullest = (read = asIs) => maxBy(byGroup, refusingRatioAs(read));

const traffic: Placed[] = [
    series({
        title: "Commands by group", points: 180, unit: unit.opsPerSecond, legend: "table",
        description: "Commands per second of the ten groups with most of them. A fall in one group alone is a matter"
            + " of its clients or its master; in all at once, of the network or of a release.",
        lines: [{ expr: topGroupsByRate("redis_commands_processed_total"), legend: "{{redis_group}}" }],
    }),
    series({
        title: "Errors by group", points: 180, unit: unit.perSecond, legend: "table",
        noValue: "No errors, or none is told.",
        description: "Error replies per second of the ten groups with most, redirections of a Cluster left out."
            + " The Instance page tells their kinds. Empty where there was no error; servers before 6.2 do not tell.",
        lines: [{ expr: topGroupsWithAny("redis_errors_total", realErrors), legend: "{{redis_group}}" }],
    }),
    series({
        title: "Hit ratio by group", points: 180, unit: unit.ratio, softMax: 1, legend: "table",
        noValue: "No lookups are known.",
        description: "Lookups that found their key, as a share of all, of the ten groups with most lookups. A cache"
            + " that falls leaves the work to the database behind it. Empty while nothing is looked up.",
        lines: [{
            expr: named(top(10, hitRatio(byGroup), sumBy(byGroup,
                `${pageRate("redis_keyspace_hits_total")} + ${pageRate("redis_keyspace_misses_total")}`))),
            legend: "{{redis_group}}",
        }],
    }),
    series({
        title: "Network by group", points: 180, unit: unit.bytesPerSecond, legend: "table",
        description: "Bytes per second that the nodes receive and send, replication included, of the ten groups with"
            + " most. Near what a host's network carries, all its clients wait: look for large values.",
        lines: [{ expr: named(top(10, network(rate), network(pageRate))), legend: "{{redis_group}}" }],
    }),
];

const memory: Placed[] = [
    series({
        title: "Memory by group", points: 180, unit: unit.bytes, legend: "table", links: [panelLink("capacity")],
        description: "Bytes allocated by the ten largest groups. What only grows is full one day: the Capacity page"
            + " says when.",
        lines: [{ expr: topGroups("redis_memory_used_bytes"), legend: "{{redis_group}}" }],
    }),
    series({
        title: "Fullest node of a group", points: 180, unit: unit.ratio, softMax: 1, legend: "table",
        noValue: "No node is known to refuse writes when it is full.",
        description: "Used memory as a share of maxmemory, of the fullest node with the policy noeviction of the ten"
            + " fullest groups: at 100 % writes are refused. The limits are the lowest of the chosen groups. Caches"
            + " that evict are left out: they are healthy when full. Empty where no node has that policy and a"
            + " maxmemory.",
        limit: {
            name: "memory_used_ratio", severities: ["warning", "critical"], where: `${memoryRatio} ${ofNoeviction}`,
        },
        lines: [{ expr: named(top(10, fullest(), fullest(most))), legend: "{{redis_group}}" }],
    }),
    series({
        title: "Evicted keys by group", points: 180, unit: unit.perSecond, legend: "table",
        noValue: "No eviction is known.",
        description: "Keys per second that were evicted because memory was full, of the ten groups with most. It is"
            + " the work of a cache; too much of it lowers the hit ratio. Empty where none was.",
        lines: [{ expr: topGroupsWithAny("redis_evicted_keys_total"), legend: "{{redis_group}}" }],
    }),
    series({
        title: "Clients by group", points: 180, unit: unit.count, legend: "table",
        description: "Connections of the ten groups with most. A step is a release, a slope a leak; all at once to"
            + " zero is the network.",
        lines: [{ expr: topGroups("redis_connected_clients"), legend: "{{redis_group}}" }],
    }),
];

const lag = (read = asIs) => maxBy(byGroup, read(node("redis_group_replica_lag_bytes")));

const replication: Placed[] = [
    series({
        title: "Replicas behind", unit: unit.bytes, legend: "table", links: [panelLink("replication")],
        noValue: "No replica that the exporter compares is known.",
        description: "How far the last replica of a group is behind its master, of the ten groups furthest behind. A"
            + " failover now would lose these writes. Empty where the exporter compares no replicas.",
        limit: { name: "replication_lag_bytes", severities: ["warning"], where: lag() },
        lines: [{ expr: named(top(10, lag(), lag(most))), legend: "{{redis_group}}" }],
    }),
    series({
        title: "Failovers and restarts", unit: unit.count, bars: true, points: 120,
        description: "Failovers that the exporter counted, and servers that started anew. Some are maintenance; others"
            + " are crashes, the kernel's out-of-memory killer, or Sentinels that see each other badly.",
        lines: [
            {
                expr: `${sumOf(newFailovers)} or vector(0)`, legend: "failovers", colour: roleColour.master,
            },
            {
                expr: countOf(restarted("$__interval")), legend: "restarts", colour: "red",
            },
        ],
    }),
];

export const fleet = () => page({
    page: "fleet",
    refresh: "1m",
    description: "Which group needs me? Each row of the first table is a group, the worst on top; beside its state"
        + " are what it is, how full and how busy. Then the alerts that fire, the nodes that are down, and, below, the"
        + " nodes that have most of something.",
    first: [...figures, groupTable, alertTable({ width: 14, height: 7 }), downTable],
    rows: [
        { title: "Highest now", panels: tops },
        { title: "Traffic", panels: traffic },
        { title: "Memory and clients", panels: memory },
        { title: "Replication", panels: replication },
        { title: "All nodes", panels: [nodeTable], collapsed: true },
    ],
});
