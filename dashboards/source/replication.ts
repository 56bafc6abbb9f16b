// SPDX-License-Identifier: Apache-2.0
// Replication: is my data safe on a second node?
import { alertTable } from "./alerts.js";
import { backlogSeconds, lagBytes, lagThatCounts, silence, underOneName, unscrapedReplicas } from "./lag.js";
import { minusOneOf, notScrapedWord, notTold, untold } from "./known.js";
import { panelLink, toAnyNode } from "./links.js";
import { muted, noneIsWell, plain, severityColour, unit, well, type Step, type Words } from "./look.js";
import { page } from "./page.js";
import { stat, type Placed } from "./panels.js";
import { countAll, countBy, groupOfNodes, limitOfGroup, maxBy, minBy, node, sumBy, sumOf } from "./queries.js";
import { behindPanels, copyPanels, masterTable, rolePanels, settingsTable } from "./replication_details.js";
import {
    byGroup, byNode, copiesAlone, dataNotScraped, failovers, first, formerMasters, groupsOf, info, lastMaster,
    mastersNotScraped, missedReplicas, noReplica, noSentinels, orZeroOf, replicasCutOff, replicasDown,
    replicasNotScraped, risen, shardsDown, silentFor, silentReplicas as silent, unknownRoles, withoutMaster,
} from "./states.js";
import { groupKey, nodeKey, table } from "./table.js";
import { toldAt } from "./memory.js";
import { stepsOf } from "./thresholds.js";

const small = { width: 3, height: 4 };
const data = info(`role=~"master|slave"`);

const unscraped = untold(data, node("redis_up"));

const state = first(
    groupsOf(unscraped, 11),
    groupsOf(withoutMaster, 10),
    groupsOf(shardsDown, 9),
    groupsOf(`${groupOfNodes("redis_group_split_brain")} == 1`, 8),
    groupsOf(mastersNotScraped, 7),
    groupsOf(noReplica, 6),
    groupsOf(replicasDown, 5),
    groupsOf(`${groupOfNodes("redis_group_stale_replicas")} > 0`, 4),
    groupsOf(`${node("redis_master_link_up")} == 0`, 3),
    groupsOf(dataNotScraped, 2),
    groupsOf(`${maxBy(byGroup, lagThatCounts)} > on (redis_group)`
        + ` ${limitOfGroup("replication_lag_bytes", "warning")}`, 1),
    groupsOf(unknownRoles, -2),
    groupsOf(info(`role="slave"`), 0),
    groupsOf(`${node("redis_connected_slaves")} > 0`, 0),
    groupsOf(info(`role="master"`), -1),
);

const stateWords: Words = {
    11: notScrapedWord,
    10: ["no master", severityColour.critical], 9: ["shard down", severityColour.critical],
    8: ["two masters", severityColour.critical], 7: ["no data", severityColour.critical],
    6: ["no replica", severityColour.warning], 5: ["replica down", severityColour.warning],
    4: ["other master", severityColour.warning],
    3: ["cut off", severityColour.warning], 2: ["no data", severityColour.warning],
    1: ["behind", severityColour.warning], 0: ["safe", well],
    "-1": ["one copy", muted], "-2": ["role unknown", muted],
};

/** -1 where there are replicas: what is not told of them is not none. */
const otherwise = minusOneOf(node("redis_master_link_up"));

const happened: Step[] = [{ from: null, colour: plain }, { from: 1, colour: severityColour.info }];

const figures: Placed[] = [
    stat({
        ...small, title: "Not safe", unit: unit.count, steps: noneIsWell("warning"), loud: true, noValue: "no servers",
        words: { ...notTold, "-2": ["one copy", muted] },
        description: "Groups without a master, with two of them, with a shard that is down, with a master that no"
            + " replica could replace, with a node that is not scraped, or with a replica that is down, has another"
            + " master, is cut off or far behind. The table below names them; those of one copy by design are counted"
            + " only while they are down or not scraped. One copy: there are no others. Not told: of nodes that are"
            + " down nobody knows any more whether they were Sentinels.",
        expr: [
            countAll(`(${state}) > 0`), minusOneOf(unknownRoles), `${countAll(copiesAlone)} * 0 - 2`,
            `${countAll(data)} * 0`, minusOneOf(`${node("redis_up")} ${noSentinels}`),
        ].join(" or on () "),
    }),
    stat({
        ...small, title: "Replicas cut off", unit: unit.count, steps: noneIsWell("warning"), loud: true,
        noValue: "no replicas", words: notTold,
        description: "Replicas that are down, or have no link to their master: their data grows old, and they cannot"
            + " take over. The table of replicas has them on top, with the time since when. Not told: none is known to"
            + " be, but some are not scraped. Empty without replicas.",
        expr: replicasCutOff,
    }),
    stat({
        ...small, title: "Most behind", unit: unit.bytes,
        noValue: "no replicas", words: notTold,
        description: "Bytes that the slowest replica has not applied: what a failover to it now would lose. Empty"
            + " without replicas. What two seconds write, and what a replica that copies all data lacks, is no fault.",
        judged: { name: "replication_lag_bytes", of: lagBytes, counts: lagThatCounts, missing: silent, otherwise },
    }),
    stat({
        ...small, title: "Most silent", unit: unit.seconds,
        noValue: "no replicas", words: notTold,
        description: "Time since a master heard the most silent of its replicas, which answer once a second. Empty"
            + " without replicas. After repl-timeout the master cuts the link.",
        judged: { name: "replication_lag_seconds", of: silence, missing: silent, otherwise },
    }),
    stat({
        ...small, title: "Least backlog", unit: unit.seconds, decimals: 1,
        noValue: "no replicas", words: notTold,
        description: "How long a replica may be away and still catch up without a copy of all data, at the present"
            + " writes. Short: raise repl-backlog-size. Empty without replicas; not told in places while nothing is"
            + " written.",
        judged: { name: "replication_backlog_seconds", of: backlogSeconds, missing: silent, otherwise },
    }),
    stat({
        ...small, title: "Full copies", unit: unit.number, steps: happened, noValue: "unknown",
        description: "Copies of all data that masters began for replicas within the page's time. One for each replica"
            + " is what a restart costs; more of them are links or buffers that break: see the copies below.",
        expr: sumOf(risen(node("redis_replica_resyncs_full"))),
    }),
    stat({
        ...small, title: "Links lost", unit: unit.number, steps: happened, noValue: "no replicas", words: notTold,
        description: "How often a link was lost within the page's time, as far as scrapes saw it. Empty without"
            + " replicas. Again and again: the network, or a replica that is too slow for its output buffer.",
        expr: `${sumOf(`resets(${node("redis_master_link_up")}[$__range])`)} or on () ${minusOneOf(silent)}`,
    }),
    stat({
        ...small, title: "Failovers", unit: unit.number, steps: happened, noValue: "unknown",
        links: [panelLink("sentinel")],
        description: "Failovers within the page's time. Writes of the moments before one may be lost. Empty where the"
            + " exporter does not compare the nodes of groups.",
        expr: sumOf(failovers),
    }),
];

const differing = countBy(byGroup, `${groupOfNodes("redis_group_setting_values")} > 1`)
    + ` or on (redis_group) ${maxBy(byGroup, groupOfNodes("redis_group_setting_values"))} * 0`;

const groupTable = table({
    title: "Groups, the worst first", height: 8, unit: unit.count, noValue: "No server tells of replication.",
    description: "No master: since when, and which was the last, as far as Prometheus knows. Two masters: keep clients"
        + " from one, its writes will be lost; shard down: no replica took over from a master of a Cluster; no data: a"
        + " node is not scraped, on red the master; no replica: none could replace the master; other master: a replica"
        + " follows one, or has another history. Down, cut off, behind: a replica is, see below; role unknown: down"
        + " for two weeks; one copy: a single node, by design. Same host: replicas that fail with their master;"
        + " settings: how many differ; what nobody compares is –.",
    // Of the second one column alone tells: of groups without a master.
    byGroup: true,
    key: [groupKey, { label: "master", name: "Last master", empty: "–", links: [toAnyNode], width: 135 }],
    columns: [
        { name: "State", expr: state, words: stateWords, as: "cell", width: 100, leads: true },
        {
            name: "No master for", expr: `time() - (${lastMaster})`, unit: unit.period, decimals: 0, width: 105,
        },
        {
            name: "Masters",
            expr: first(maxBy(byGroup, groupOfNodes("redis_group_masters")),
                countBy(byGroup, info(`role="master"`))),
            width: 70,
        },
        { name: "Replicas", expr: orZeroOf(countBy(byGroup, info(`role="slave"`)), data), width: 70 },
        { name: "In step", expr: maxBy(byGroup, groupOfNodes("redis_group_failover_candidates")), width: 60 },
        {
            name: "Behind", expr: maxBy(byGroup, lagBytes), unit: unit.bytes, steps: stepsOf("replication_lag_bytes"),
            width: 80,
        },
        {
            name: "Silent", expr: maxBy(byGroup, silence), unit: unit.seconds,
            steps: stepsOf("replication_lag_seconds"), width: 60,
        },
        {
            name: "Backlog", expr: minBy(byGroup, backlogSeconds), unit: unit.seconds, decimals: 0,
            steps: stepsOf("replication_backlog_seconds"), width: 75,
        },
        {
            name: "Full copies",
            expr: `${sumBy(byGroup, risen(node("redis_replica_resyncs_full")))} and on (redis_group) ${data}`,
            width: 85,
        },
        { name: "Failovers", expr: failovers, width: 75 },
        {
            name: "Other master", expr: maxBy(byGroup, groupOfNodes("redis_group_stale_replicas")),
            steps: noneIsWell("warning"), width: 100,
        },
        {
            name: "Same host", expr: maxBy(byGroup, groupOfNodes("redis_group_replicas_on_master_host")),
            steps: noneIsWell("info"), width: 80,
        },
        {
            name: "Versions", expr: maxBy(byGroup, groupOfNodes("redis_group_versions")),
            steps: [{ from: null, colour: well }, { from: 2, colour: severityColour.warning }], width: 70,
        },
        { name: "Settings", expr: differing, steps: noneIsWell("info"), width: 75 },
    ],
    sort: [{ by: "State", down: true }, { by: "Behind", down: true }, { by: "Group" }],
});

const linked = `${maxBy(byNode, node("redis_master_sync_in_progress"))} == 1 or on (redis_group, instance)`
    + ` ${maxBy(byNode, node("redis_master_link_up"))} * 2`;

const replicaState = [
    replicasDown, `${replicasNotScraped} * 0 + 1`, `(${linked}) + 2`, `(${unscrapedReplicas}) * 0 + 5`,
].join(" or on (redis_group, instance) ");

const byMaster = (told: string) => `max by (redis_group, instance, master) (label_join(${told}, "master", ":",`
    + ` "master_host", "master_port"))`;

const replicaTable = table({
    title: "Replicas, the worst first", height: 8, unit: unit.count, noValue: "No replica is known.",
    description: "A row for each replica: down, no data (it is not scraped), cut off, copying data, then by"
        + " how far it is behind. Down for long, as the node or its link: look at the network and at its log; of a dead"
        + " one Master is the last that is known, and who was master itself would come back as a replica. Priority 0:"
        + " never promoted; unscraped: only its master tells; of pods, which are scraped by other names, only the group"
        + " tells how far they are behind. Empty without"
        + " replicas.",
    key: [groupKey, { ...nodeKey, name: "Replica" }],
    columns: [
        {
            name: "State", expr: replicaState, as: "cell", width: 95, leads: true,
            words: {
                0: ["down", severityColour.critical], 1: ["no data", severityColour.critical],
                2: ["cut off", severityColour.critical], 3: ["copies", severityColour.warning], 4: ["up", well],
                5: ["unscraped", severityColour.info],
            },
        },
        {
            name: "Master", label: "master",
            expr: `${byMaster(node("redis_slave_info"))} or on (redis_group, instance)`
                + ` label_replace(${formerMasters}, "master", "was master itself", "", "")`
                + ` or on (redis_group, instance) topk by (${byNode}) (1,`
                + ` ${byMaster(toldAt(node("redis_slave_info")))})`
                + ` and on (redis_group, instance) (${node("redis_up")} == 0 or ${node("up")} == 0)`,
        },
        {
            name: "Behind", expr: underOneName(lagBytes), unit: unit.bytes, steps: stepsOf("replication_lag_bytes"),
            width: 110,
        },
        {
            name: "Silent for", expr: underOneName(silence), unit: unit.seconds,
            steps: stepsOf("replication_lag_seconds"), width: 100,
        },
        {
            name: "Down for",
            expr: `${maxBy(byNode, node("redis_replication_link_down_seconds"))} > 0 or on (redis_group, instance)`
                + ` ${silentFor} and on (redis_group, instance) ${missedReplicas}`,
            unit: unit.period, decimals: 0, width: 120,
        },
        {
            name: "Still to copy", expr: `${maxBy(byNode, node("redis_replication_sync_left_bytes"))} > 0`,
            unit: unit.bytes, width: 115,
        },
        {
            name: "Priority", expr: maxBy(byNode, node("redis_slave_priority")), width: 85,
            steps: [{ from: null, colour: severityColour.info }, { from: 1, colour: plain }],
        },
        {
            name: "Takes writes", expr: maxBy(byNode, node("redis_replication_read_only")), width: 105,
            words: { 0: ["yes", severityColour.warning], 1: ["no"] },
        },
        {
            name: "Links lost", width: 95,
            expr: `${maxBy(byNode, `resets(${node("redis_master_link_up")}[$__range])`)} and on (redis_group,`
                + ` instance) ${node("redis_master_link_up")}`,
        },
    ],
    sort: [{ by: "State" }, { by: "Behind", down: true }, { by: "Group" }],
});

export const replication = () => page({
    page: "replication",
    description: "Is my data safe on a second node? Each row of the first table is a group, the worst on top; each row"
        + " of the second a replica. Below: who was master when, how far replicas are behind, and what copies of all"
        + " data cost.",
    first: [...figures, groupTable, replicaTable],
    rows: [
        { title: "Alerts about replication", panels: [alertTable({ height: 5, about: {
            subject: "replication",
            names: "Redis(Group|Down|Repl|FullResync|NoFailover|Failover|SplitBrain|OutputLimit|TooFewReplicas"
                + "|VersionSkew|.*Replica).*",
        } })] },
        { title: "Roles and links over time", panels: rolePanels },
        { title: "How far replicas are behind", panels: behindPanels },
        { title: "Copies and buffers", panels: copyPanels },
        { title: "Masters and settings", panels: [masterTable, settingsTable] },
    ],
});
