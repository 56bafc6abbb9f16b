// SPDX-License-Identifier: Apache-2.0
// Fleet: the table of groups and the table of nodes.
import { severityWords } from "./alerts.js";
import { groupsNotScraped, nodesNotScraped, nodesWithoutTarget, notScrapedWord, upOrNot } from "./known.js";
import { noneIsWell, roleWords, unit, upWords, well, type Words } from "./look.js";
import {
    alerts, clientsRatio, countBy, groupOfNodes, hitRatio, limitedCaches, longCalls, maxBy, memoryRatio, node, ofCaches,
    ofNoeviction, rate, roleBy, sumBy, versions,
} from "./queries.js";
import { byGroup, byNode, first, groupsOf, info, noQuorum, noReplica, orZeroOf } from "./states.js";
import { groupKey, nodeKey, table, type Column } from "./table.js";
import { stepsOf } from "./thresholds.js";

// Not by alerts alone: a fleet without the rules, or a fault younger than an alert, is shown, too.
const state = first(
    groupsOf(groupsNotScraped, 4),
    groupsOf(alerts(`severity="critical"`), 3),
    groupsOf(`${node("redis_up")} == 0`, 3),
    groupsOf(nodesNotScraped, 3),
    groupsOf(`${groupOfNodes("redis_group_masters")} == 0`, 3),
    groupsOf(`${groupOfNodes("redis_group_split_brain")} == 1`, 3),
    groupsOf(`${groupOfNodes("redis_group_slots_uncovered")} > 0`, 3),
    groupsOf(`${node("redis_cluster_state")} == 0`, 3),
    groupsOf(`${node("redis_cluster_slots_fail")} > 0`, 3),
    groupsOf(`(${memoryRatio} ${ofNoeviction}) >= 1`, 3),
    groupsOf(noQuorum, 3),
    groupsOf(alerts(`severity="warning"`), 2),
    groupsOf(`${node("redis_master_link_up")} == 0`, 2),
    groupsOf(noReplica, 2),
    groupsOf(nodesWithoutTarget, 2),
    groupsOf(alerts(`severity="info"`), 1),
    groupsOf(node("redis_up"), 0),
);

const mode = (text: string, expr: string) => `label_replace(${groupsOf(expr)}, "mode", "${text}", "", "")`;

const modes = first(
    mode("Sentinel group", groupOfNodes("redis_group_configured_sentinels")),
    mode("Cluster", `${node("redis_cluster_enabled")} == 1`),
    mode("Sentinel", info(`redis_mode="sentinel"`)),
    mode("cache", limitedCaches),
    mode("replication", info(`role="slave"`)),
    mode("standalone", node("redis_up")),
);

/** What each node counts for, of which nobody knows the state, too. */
const perGroup = (each: string) => `sum by (${byGroup}) (${upOrNot} ${each} or ${nodesWithoutTarget})`;

const version = `topk by (redis_group) (1, ${countBy("redis_group, version", versions)})`;

const stateWords: Words = { 0: ["well", well], ...severityWords, 4: notScrapedWord };

export const groupTable = table({
    title: "Groups, the worst first", height: 9, unit: unit.count,
    noValue: "No metrics of Redis: is the exporter scraped?",
    description: "A row for each group. The state is the worst alert that fires for it, or what is known without"
        + " rules: nodes that are not scraped, down or full, no master, no quorum, a Cluster that stops, slots that"
        + " nobody serves. Not up: nodes that are down or not scraped, and those that an exporter lists and no target"
        + " is for. Begin at the top, click on the group's name and go on with its page. Full: the fullest node that"
        + " then refuses writes; cache, evicts: the fullest of those, which is no trouble. Over 1 ms: calls that took"
        + " longer on the server; 1 % means a p99 of 1 ms.",
    key: [groupKey],
    columns: [
        { name: "State", expr: state, words: stateWords, as: "cell", width: 90, leads: true },
        { name: "Alerts", expr: orZeroOf(countBy(byGroup, alerts()), node("redis_up")), width: 75 },
        { name: "Kind", expr: modes, label: "mode", width: 115 },
        { name: "Nodes", width: 75, expr: perGroup("* 0 + 1") },
        {
            name: "Not up", width: 75, steps: noneIsWell("critical"),
            expr: perGroup("< bool 1"),
        },
        {
            name: "Masters", width: 75,
            expr: first(maxBy(byGroup, groupOfNodes("redis_group_masters")), countBy(byGroup, info(`role="master"`))),
        },
        { name: "Replicas", expr: countBy(byGroup, info(`role="slave"`)), width: 80 },
        {
            name: "Sentinels", width: 85,
            expr: first(maxBy(byGroup, groupOfNodes("redis_group_sentinels")),
                countBy(byGroup, info(`redis_mode="sentinel"`))),
        },
        { name: "Memory", expr: sumBy(byGroup, node("redis_memory_used_bytes")), unit: unit.bytes, width: 85 },
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
            width: 100,
        },
        { name: "Over 1 ms", expr: longCalls(byGroup), unit: unit.ratio, decimals: 1, width: 90 },
        { name: "Hit ratio", expr: hitRatio(byGroup), unit: unit.ratio, decimals: 0, width: 80 },
        { name: "Version", expr: version, label: "version" },
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
