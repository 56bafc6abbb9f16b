// SPDX-License-Identifier: Apache-2.0
// Fleet: the table of groups and the table of nodes.
import { groupsNotScraped, nodesNotScraped, nodesWithoutTarget, notScrapedWord, upOrNot } from "./known.js";
import { toSubject, type Page } from "./links.js";
import {
    noneIsWell, roleWords, severityColour, unit, upWords, well, type Severity, type Words,
} from "./look.js";
import {
    alerts, clientsRatio, countBy, groupOfNodes, hitRatio, limitedCaches, longCalls, maxBy, memoryRatio, node, ofCaches,
    ofNoeviction, rate, roleBy, sumBy, versions,
} from "./queries.js";
import { byGroup, byNode, first, groupsOf, info, noQuorum, noReplica, orZeroOf } from "./states.js";
import { groupKey, groupKeyOf, nodeKey, table, type Column } from "./table.js";
import { stepsOf } from "./thresholds.js";

// Not by alerts alone: a fleet without the rules, or a fault younger than an alert, is shown, too. The word says why;
// what is known of no other cause has the severity of its alert.
const states: [string, [text: string, severity: Severity]][] = [
    [groupsNotScraped, ["not scraped", "critical"]],
    [`${groupOfNodes("redis_group_masters")} == 0`, ["no master", "critical"]],
    [`${groupOfNodes("redis_group_split_brain")} == 1`, ["two masters", "critical"]],
    [`${groupOfNodes("redis_group_slots_uncovered")} > 0`, ["slots lost", "critical"]],
    [`${node("redis_cluster_slots_fail")} > 0`, ["slots lost", "critical"]],
    [`${node("redis_cluster_state")} == 0`, ["stopped", "critical"]],
    [`(${memoryRatio} ${ofNoeviction}) >= 1`, ["full", "critical"]],
    [noQuorum, ["no quorum", "critical"]],
    [`${node("redis_up")} == 0`, ["node down", "critical"]],
    [nodesNotScraped, ["no data", "critical"]],
    [alerts(`severity="critical"`), ["critical", "critical"]],
    [noReplica, ["no replica", "warning"]],
    [`${node("redis_master_link_up")} == 0`, ["cut off", "warning"]],
    [nodesWithoutTarget, ["no target", "warning"]],
    [alerts(`severity="warning"`), ["warning", "warning"]],
    [alerts(`severity="info"`), ["info", "info"]],
];
const state = first(...states.map(([expr], index) => groupsOf(expr, states.length - index)),
    groupsOf(node("redis_up"), 0));
const stateWords: Words = Object.fromEntries([
    ...states.map(([, [text, severity]], index) => [states.length - index, [text, severityColour[severity]]]),
    [0, ["well", well]],
]);

// The label is the rest of the address of the page that is about such groups.
const kind = (text: string, page: Page, expr: string) =>
    `label_replace(${groupsOf(expr)}, "kind", "${page}?of=${text}&var-redis_group=$1", "redis_group", "(.*)")`;

const kinds = first(
    kind("Sentinel group", "sentinel", groupOfNodes("redis_group_configured_sentinels")),
    kind("Cluster", "cluster", `${node("redis_cluster_enabled")} == 1`),
    kind("Sentinel", "sentinel", info(`redis_mode="sentinel"`)),
    kind("cache", "keyspace", limitedCaches),
    kind("replication", "replication", info(`role="slave"`)),
    kind("standalone", "keyspace", node("redis_up")),
);

/** What each node counts for, of which nobody knows the state, too. */
const perGroup = (each: string) => `sum by (${byGroup}) (${upOrNot} ${each} or ${nodesWithoutTarget})`;

const version = `topk by (redis_group) (1, ${countBy("redis_group, version", versions)})`;

export const groupTable = table({
    title: "Groups, the worst first", height: 9, unit: unit.count,
    noValue: "No metrics of Redis: is the exporter scraped?",
    description: "A row for each group; begin at the top, click on the group's name and go on with its page. The state"
        + " is what is known without rules: not scraped, no master, two, slots that nobody serves, a Cluster that"
        + " stops, a full node, no quorum, nodes that are down or not scraped (no data), no replica in step, one cut"
        + " off, a node without a target; else the worst alert. Full: the fullest node that then refuses writes; cache,"
        + " evicts: the fullest of those, which is no trouble. Over 1 ms: calls that took longer; 1 % means a p99 of 1"
        + " ms.",
    key: [groupKeyOf()],
    columns: [
        { name: "State", expr: state, words: stateWords, as: "cell", width: 95, leads: true },
        { name: "Alerts", expr: orZeroOf(countBy(byGroup, alerts()), node("redis_up")), width: 68 },
        {
            name: "Not up", width: 70, steps: noneIsWell("critical"),
            expr: perGroup("< bool 1"),
        },
        { name: "Nodes", width: 70, expr: perGroup("* 0 + 1") },
        {
            name: "Kind", expr: kinds, label: "kind", width: 115, links: [toSubject],
            texts: [["/^[a-z]+\\?of=([^&]+)&.*$/", "$1"]],
        },
        {
            name: "Masters", width: 70,
            expr: first(maxBy(byGroup, groupOfNodes("redis_group_masters")), countBy(byGroup, info(`role="master"`))),
        },
        { name: "Replicas", expr: countBy(byGroup, info(`role="slave"`)), width: 75 },
        {
            name: "Sentinels", width: 80,
            expr: first(maxBy(byGroup, groupOfNodes("redis_group_sentinels")),
                countBy(byGroup, info(`redis_mode="sentinel"`))),
        },
        { name: "Memory", expr: sumBy(byGroup, node("redis_memory_used_bytes")), unit: unit.bytes, width: 80 },
        {
            name: "Full", expr: maxBy(byGroup, `${memoryRatio} ${ofNoeviction}`), unit: unit.ratio,
            steps: stepsOf("memory_used_ratio"), decimals: 0, width: 65,
        },
        {
            name: "Cache, evicts", expr: maxBy(byGroup, `${memoryRatio} ${ofCaches}`), unit: unit.ratio, decimals: 0,
            width: 105,
        },
        {
            name: "Commands", expr: sumBy(byGroup, rate("redis_commands_processed_total")), unit: unit.opsPerSecond,
            width: 95,
        },
        { name: "Over 1 ms", expr: longCalls(byGroup), unit: unit.ratio, decimals: 1, width: 85 },
        { name: "Hit ratio", expr: hitRatio(byGroup), unit: unit.ratio, decimals: 0, width: 75 },
        { name: "Version", expr: version, label: "version", width: 92 },
    ],
    sort: [{ by: "State", down: true }, { by: "Alerts", down: true }, { by: "Nodes", down: true }, { by: "Group" }],
});

const ofNode = (name: string, expr: string, more: Partial<Column> = {}): Column =>
    ({ name, expr: maxBy(byNode, expr), ...more });

export const nodeTable = table({
    title: "Nodes, the worst first", height: 14, unit: unit.count,
    noValue: "No metrics of Redis: is the exporter scraped?",
    description: "A row for each node: those that are not scraped or down first, then by memory. Choose a group at the"
        + " top to see its nodes alone; an address leads to the node's page.",
    key: [groupKey, nodeKey],
    columns: [
        {
            name: "Up", expr: upOrNot, words: { ...upWords, "-1": notScrapedWord }, as: "cell",
            width: 95, leads: true,
        },
        { name: "Role", expr: roleBy(byNode), words: roleWords, width: 85 },
        ofNode("Up for", node("redis_uptime_in_seconds"), { unit: unit.period, decimals: 0, width: 110 }),
        ofNode("Memory", node("redis_memory_used_bytes"), { unit: unit.bytes, width: 110 }),
        ofNode("Of maxmemory", memoryRatio, { unit: unit.ratio, decimals: 0, width: 125 }),
        ofNode("Commands", rate("redis_commands_processed_total"), { unit: unit.opsPerSecond, width: 120 }),
        ofNode("Connections", clientsRatio, {
            unit: unit.ratio, decimals: 1, width: 115, steps: stepsOf("clients_ratio"),
        }),
        ofNode("Keys", sumBy(byNode, node("redis_db_keys")), { width: 100 }),
        ofNode("Answers within", node("redis_exporter_last_exchange_duration_seconds"),
            { unit: unit.seconds, steps: stepsOf("probe_round_trip_seconds"), width: 135 }),
    ],
    sort: [{ by: "Up" }, { by: "Memory", down: true }],
});
