// SPDX-License-Identifier: Apache-2.0
// Capacity: when is it full?
import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import {
    CACHES, NEVER, UNKNOWN, availability, budgetLeft, clientsLeft, connectionsLeft, connectionsLimit, copiedBytes,
    countOfHost, fullByDay, fullByWeek, fullOrNever, fullShare, hostMemory, largest, largestServer, lastCopy,
    leftWhenCopied, limitBytes, limitName, memoryLeft, nodeAvailability, resident, room, served, sumOfHost, unserved,
    weekly,
} from "./capacity_queries.js";
import { counted, groupsNotScraped, notTold, whereTold } from "./known.js";
import { fromNode, toAnyNode } from "./links.js";
import { cacheWord, muted, noneIsWell, plain, severityColour, unit, well, type Step, type Words } from "./look.js";
import { page } from "./page.js";
import { bars, history, series, stat, type Placed } from "./panels.js";
import {
    asIs, clientsRatio, highest, limitedCaches, maxBy, memoryRatio, most, named, node, nodeLegend, ofNoeviction,
    refusingRatioAs, sumBy, sumOf, top, topGroups,
} from "./queries.js";
import { silentNodes } from "./silent.js";
import { byNode } from "./states.js";
import { groupKey, nodeKey, table } from "./table.js";
import { stepsOf } from "./thresholds.js";

const small = { width: 3, height: 4 };
const never: Words = { [NEVER]: ["no growth", well], [UNKNOWN]: ["not known", plain] };
// No growth has the colour of the figure: green where it is of all nodes.
const neverLoud: Words = {
    [NEVER]: ["no growth"], [UNKNOWN]: ["not known", muted], [CACHES]: [cacheWord, muted],
};
// In place of a figure: the colour of an empty one is that of the lowest step, which may be a bad one.
const untold: Words = { "-100": ["not told", muted], "-101": [cacheWord, muted] };
/** What is told in place of a figure about nodes that refuse writes: where there are caches alone, or nothing. */
const otherwise = (caches: number, unknown: number) =>
    `(max(${limitedCaches}) * 0 + ${caches} or on () vector(${unknown}))`;

const plenty = 0.1;
const roomSteps: Step[] = [
    { from: null, colour: severityColour.warning }, { from: 0, colour: severityColour.info },
    { from: plenty, colour: well },
];
const tightest = `min(${leftWhenCopied(largest)})`;
const budgetSteps: Step[] = [
    { from: null, colour: severityColour.warning }, { from: 0, colour: severityColour.info },
    { from: 0.25, colour: well },
];

const figures: Placed[] = [
    stat({
        ...small, title: "Memory full in", unit: unit.period, decimals: 0,
        loud: true,
        words: neverLoud,
        description: "Time until the first node is full, at the growth of a week or of the last day, whichever is"
            + " faster; 0 beyond the critical limit of memory_used_ratio. The table below has it on top; caches that"
            + " evict are left out. It is known when there are two hours of data.",
        judged: {
            name: "memory_full_seconds", of: fullOrNever(memoryLeft), otherwise: otherwise(CACHES, UNKNOWN),
            silent: silentNodes,
        },
    }),
    stat({
        ...small, title: "Clients full in", unit: unit.period, decimals: 0,
        loud: true,
        words: neverLoud,
        description: "Time until the first node has as many connections as it accepts, at the growth of a week or of"
            + " the last day. After a failover clients come to a new master, which is no growth. It is known when"
            + " there are two hours of data.",
        judged: {
            name: "clients_full_seconds", of: fullOrNever(clientsLeft), otherwise: `vector(${UNKNOWN})`,
            silent: silentNodes,
        },
    }),
    stat({
        ...small, title: "Fullest node", unit: unit.ratio, decimals: 0, loud: true,
        words: untold,
        description: "Share that the fullest node has of its maxmemory, with policy noeviction, or of its host's"
            + " memory, without maxmemory. At 100 % writes are refused, or the kernel kills the server. Where all are"
            + " caches, nothing is.",
        judged: { name: "memory_used_ratio", of: fullShare, otherwise: otherwise(-101, -100), silent: silentNodes },
    }),
    stat({
        ...small, title: "Room to save", unit: unit.ratio, decimals: 0, steps: roomSteps, loud: true, words: untold,
        description: "Memory left on the tightest host if its largest server is copied whole while it saves. Below 0 a"
            + " save under heavy writes may end with the kernel's out-of-memory killer. Containers may have less than"
            + " their host tells. Not told where servers do not tell the host's memory, and while some do not answer.",
        expr: `${tightest} < ${plenty} or ${tightest} unless on () ${silentNodes} or vector(-100)`,
    }),
    stat({
        ...small, title: "Most clients", unit: unit.ratio, decimals: 0, loud: true,
        description: "Connections of the node that has most of its maxclients. At 100 % new ones are refused: raise"
            + " maxclients, or shrink the pools.",
        judged: { name: "clients_ratio", of: clientsRatio, silent: silentNodes },
    }),
    stat({
        ...small, title: "Away too long", unit: unit.count, steps: noneIsWell("warning"), loud: true,
        description: "Groups that were served for less of this page's time than the objective at the top asks. The"
            + " table of groups says for how long they were not.",
        noValue: "not told", words: notTold,
        expr: whereTold(counted(`(${availability()}) < $objective / 100`, node("redis_up")), groupsNotScraped),
    }),
    stat({
        ...small, title: "Week's growth", unit: unit.bytes, noValue: "not known",
        description: "Bytes that a week adds to all chosen nodes, replicas included: what to buy. With less than a"
            + " week of data it is the trend of this page's time. Empty until there are two hours of data.",
        expr: sumOf(weekly("redis_memory_used_bytes")),
    }),
    stat({
        ...small, title: "Without a limit", unit: unit.count, steps: noneIsWell("info"), loud: true,
        description: "Nodes without maxmemory, which grow until the kernel kills them. Set it below the host's memory,"
            + " with room for a save.",
        noValue: "not told",
        words: notTold,
        expr: whereTold(counted(`${node("redis_memory_max_bytes")} == 0`, node("redis_memory_max_bytes")), silentNodes),
    }),
];

const memoryTable = table({
    title: "Memory, full the soonest first", height: 8, unit: unit.count,
    noValue: "None is known that refuses writes when it is full; caches evict.",
    description: "Full in: at the growth of a week or of the last day, by the lowest points of an hour, whichever is"
        + " sooner, and 0 beyond the critical limit of memory_used_ratio. Where they agree, trust them; where the day"
        + " is far sooner, something new fills it. The limit is maxmemory, or the host's memory without one; caches"
        + " that evict are left out. Growth is empty until there are two hours of data, the last day until there is a"
        + " day.",
    key: [groupKey, nodeKey],
    columns: [
        {
            name: "Full in", expr: fullOrNever(memoryLeft), unit: unit.period, decimals: 1, words: never, width: 170,
            steps: stepsOf("memory_full_seconds"), leads: true,
        },
        {
            name: "By a week", expr: fullByWeek(memoryLeft), unit: unit.period, decimals: 1, words: never, width: 150,
        },
        {
            name: "By the last day", expr: fullByDay(memoryLeft), unit: unit.period, decimals: 1, words: never,
            width: 150,
        },
        {
            name: "Growth a week", expr: `${weekly("redis_memory_used_bytes")} and on (${byNode}) (${room})`,
            unit: unit.bytes, width: 125,
        },
        { name: "Limit", label: "limit", expr: limitName, width: 105 },
        { name: "Of it", expr: limitBytes, unit: unit.bytes, width: 100 },
        { name: "Room", expr: room, unit: unit.bytes, width: 100 },
        {
            name: "Full", expr: fullShare, unit: unit.ratio, decimals: 0, as: "cell",
            steps: stepsOf("memory_used_ratio"), width: 90,
        },
    ],
    sort: [{ by: "Full in" }, { by: "Full", down: true }],
});

const hostsTable = table({
    title: "Hosts: room while a server saves", width: 14, height: 8, unit: unit.count,
    noValue: "No server tells its host's memory.",
    description: "A save forks, and each page that clients then write is copied. Last copy is the largest of the host's"
        + " servers; left are what remains after such a copy, and if all of the largest server is copied. Below 0: save"
        + " on a replica, or give the host more memory; what else runs there is not seen. Empty where servers do not"
        + " tell the host's memory.",
    key: [{ label: "host", name: "Host", width: 95 }],
    columns: [
        { name: "Largest server", label: "instance", expr: largestServer, links: [toAnyNode], width: 135 },
        { name: "Nodes", expr: countOfHost(node("redis_total_system_memory_bytes")), width: 60 },
        { name: "Memory", expr: hostMemory(), unit: unit.bytes, width: 82 },
        { name: "Resident", expr: `${resident()} and on (host) ${hostMemory()}`, unit: unit.bytes, width: 82 },
        {
            name: "maxmemory",
            expr: `${sumOfHost(`${node("redis_memory_max_bytes")} > 0`)} and on (host) ${hostMemory()}`,
            unit: unit.bytes, width: 95,
        },
        { name: "Last copy", expr: `${lastCopy()} and on (host) ${hostMemory()}`, unit: unit.bytes, width: 82 },
        {
            name: "Left then", expr: leftWhenCopied(lastCopy), unit: unit.ratio, decimals: 0, steps: roomSteps,
            width: 80,
        },
        { name: "At worst", expr: leftWhenCopied(largest), unit: unit.ratio, decimals: 0, steps: roomSteps, width: 80 },
    ],
    sort: [{ by: "At worst" }],
});

const availabilityTable = table({
    title: "Groups against the objective", width: 10, height: 8, unit: unit.count, noValue: "No metrics of Redis.",
    description: "Share of this page's time in which the group was served: it had a master, and a Cluster all slots;"
        + " other servers, while they answered. The budget is the time that the objective at the top allows it to be"
        + " away: when it is used up, put off what is risky. By minutes; times without metrics do not count.",
    key: [groupKey],
    columns: [
        { name: "Served", expr: availability(), unit: unit.ratio, decimals: 3, width: 100 },
        { name: "Away for", expr: unserved, unit: unit.period, decimals: 0, width: 120 },
        { name: "Budget left", expr: budgetLeft, unit: unit.ratio, decimals: 0, steps: budgetSteps, width: 110 },
    ],
    sort: [{ by: "Budget left" }, { by: "Group" }],
});

const fullest = (read = asIs) => maxBy(byNode, refusingRatioAs(read));
const hostShare = (read = asIs) => `${resident(read)} / ${hostMemory(read)}`;

const memory: Placed[] = [
    series({
        title: "Fullest nodes", unit: unit.ratio, softMax: 1, legend: "table",
        noValue: "No node is known to refuse writes when it is full.",
        description: "Used memory as a share of maxmemory, of the ten fullest nodes with the policy noeviction. A"
            + " slope is growth, a saw a job or an expiry, a step a release. Empty where no node has that policy and a"
            + " maxmemory.",
        limit: {
            name: "memory_used_ratio", severities: ["warning", "critical"], where: `${memoryRatio} ${ofNoeviction}`,
        },
        lines: [{ expr: top(10, fullest(), fullest(most)), legend: nodeLegend }],
    }),
    series({
        title: "Fullest hosts", unit: unit.ratio, legend: "table",
        noValue: "No server tells its host's memory.",
        description: "Resident memory of all servers of a host as a share of its memory, of the ten fullest. What is"
            + " left is for copies while saving, and for the system. Other programs are not seen. Empty where servers"
            + " do not tell it.",
        limit: {
            name: "memory_system_ratio", severities: ["warning", "critical"],
            where: node("redis_total_system_memory_bytes"),
        },
        lines: [{ expr: top(10, hostShare(), hostShare(most)), legend: "{{host}}" }],
    }),
    series({
        title: "Memory by group", unit: unit.bytes, stacked: true, legend: "table",
        description: "Bytes that the nodes of a group have allocated, replicas included, of the ten largest groups."
            + " What grows here is what to plan for.",
        lines: [{ expr: topGroups("redis_memory_used_bytes"), legend: "{{redis_group}}" }],
    }),
    bars({
        title: "Fastest growth", unit: unit.bytes, legend: nodeLegend, dataLinks: [fromNode], width: 12,
        noValue: "No node grows, or is not known yet.",
        description: "Bytes that a week adds, of the ten nodes that grow most. Ask the owners of the data before you"
            + " buy memory: keys without TTL are often forgotten ones. Empty until there are two hours of data.",
        expr: highest(10, `${weekly("redis_memory_used_bytes")} > 0`),
    }),
];

const copied = (read = asIs) => maxBy(byNode, `(${copiedBytes(read)}) / ${read(node("redis_memory_used_bytes"))}`);
const needed = (read = asIs) => `(${resident(read)} + ${largest(read)}) / ${hostMemory(read)}`;

const saving: Placed[] = [
    series({
        title: "Copied while saving", unit: unit.ratio, legend: "table",
        description: "What the last snapshot or rewrite of the AOF copied, as a share of used memory, of the ten nodes"
            + " with most. Near 100 %: writes are heavy while it saves, and it needs its memory twice.",
        lines: [{ expr: top(10, copied(), copied(most)), legend: nodeLegend }],
    }),
    series({
        title: "Needed at worst", unit: unit.ratio, legend: "table",
        noValue: "No server tells its host's memory.",
        description: "Share of the host's memory that is needed if its largest server is copied whole while it saves,"
            + " of the ten hosts that need most. Above 100 % it does not suffice: save on a replica, or give the host"
            + " more memory. Empty where servers do not tell the host's memory.",
        lines: [{ expr: top(10, needed(), needed(most)), legend: "{{host}}" }],
    }),
];

const clients = (read = asIs) => maxBy(byNode, `${read(node("redis_connected_clients"))}`
    + ` / ((${read(node("redis_max_clients"))} or ${read(node("redis_config_maxclients"))}) > 0)`);

const connections: Placed[] = [
    table({
        title: "Connections, out the soonest first", width: 15, height: 9, unit: unit.count,
        noValue: "No node tells its maxclients.",
        description: "Connections, those of the cluster bus included, and the time until there are maxclients, at the"
            + " growth of a week or of the last day, whichever is sooner. Clients follow a failover: its new master"
            + " seems to grow. Growth is empty until there are two hours of data.",
        key: [groupKey, nodeKey],
        columns: [
            {
                name: "Out in", expr: fullOrNever(clientsLeft), unit: unit.period, decimals: 1, words: never,
                width: 145,
                steps: stepsOf("clients_full_seconds"), leads: true,
            },
            { name: "Left", expr: connectionsLeft, unit: unit.count, width: 80 },
            { name: "maxclients", expr: connectionsLimit, unit: unit.number, width: 95 },
            { name: "Growth a week", expr: weekly("redis_connected_clients"), unit: unit.count, width: 120 },
            {
                name: "Used", expr: maxBy(byNode, clientsRatio), unit: unit.ratio, decimals: 1, width: 80,
                steps: stepsOf("clients_ratio"),
            },
        ],
        sort: [{ by: "Out in" }, { by: "Used", down: true }],
    }),
    series({
        title: "Most connections", unit: unit.ratio, softMax: 1, legend: "table", width: 9, height: 9,
        description: "Connected clients as a share of maxclients, of the ten nodes with most. A slope is a leak, a step"
            + " a release; a daily rhythm needs room for its peak.",
        limit: { name: "clients_ratio", severities: ["warning", "critical"] },
        lines: [{ expr: top(10, clients(), clients(most)), legend: nodeLegend }],
    }),
];

const keys: Placed[] = [
    series({
        title: "Keys by group", unit: unit.count, stacked: true, legend: "table", noValue: "No keys are known.",
        description: "Keys of the nodes of a group, replicas included, of the ten groups with most. Keys that grow"
            + " while clients do not: nothing removes them. Empty without keys.",
        lines: [{ expr: topGroups("redis_db_keys"), legend: "{{redis_group}}" }],
    }),
    bars({
        title: "Fastest growth of keys", unit: unit.count, legend: nodeLegend, dataLinks: [fromNode], width: 12,
        noValue: "No node gets more keys, or is not known yet.",
        description: "Keys that a week adds, of the ten nodes that get most. The Keyspace page tells whether they have"
            + " a TTL. Empty until there are two hours of data.",
        expr: highest(10, `${weekly("redis_db_keys", sumBy)} > 0`),
    }),
];

const away: Placed[] = [
    history({
        title: "When groups were not served", unit: unit.count, width: 14, height: 8, legend: "{{redis_group}}",
        noValue: "None is known to have been away.",
        words: { 0: ["away", severityColour.critical], 1: ["served", well] },
        description: "The groups that were not served at some time of this page, of which the ten that were so the"
            + " longest: they had no master, or a Cluster not all slots. Compare with failovers and restarts. Empty"
            + " when there were none.",
        expr: named(`(${served}) and on (redis_group) bottomk(10, (${availability(" @ end()")}) < 1)`),
    }),
    table({
        title: "Nodes that were away", width: 10, height: 8, unit: unit.count,
        noValue: "No node is known not to have answered.",
        description: "Nodes that did not always answer the exporter in this page's time. With a replica that takes"
            + " over, clients may not have noticed; and a group may be away while its nodes answer, without a master or"
            + " with slots that nobody serves. Empty when all answered.",
        key: [groupKey, nodeKey],
        columns: [
            {
                name: "Answered", expr: maxBy(byNode, `${nodeAvailability} < 1`), unit: unit.ratio, decimals: 3,
                width: 100,
            },
            {
                name: "Now", expr: `${maxBy(byNode, node("redis_up"))} and ${maxBy(byNode, `${nodeAvailability} < 1`)}`,
                width: 80,
                words: { 0: ["down", severityColour.critical], 1: ["up", well] },
            },
        ],
        sort: [{ by: "Answered" }],
    }),
];

const objective = new dashboard.TextBoxVariableBuilder("objective").label("Objective, %").defaultValue("99.9")
    .current({ text: "99.9", value: "99.9" })
    .description("Share of time, in percent, in which a group should be served; below 100.");

export const capacity = () => page({
    page: "capacity",
    from: "now-7d",
    refresh: "5m",
    more: [objective],
    description: "When is it full? The figures tell the first node that runs out of memory or of connections; the"
        + " tables name nodes by the time that is left, hosts by the room for a save, and groups by how long they were"
        + " away.",
    first: [...figures, memoryTable, hostsTable, availabilityTable],
    rows: [
        { title: "Memory", panels: memory },
        { title: "Copies while saving", panels: saving },
        { title: "Connections", panels: connections },
        { title: "Keys", panels: keys },
        { title: "Availability", panels: away },
    ],
});
