// SPDX-License-Identifier: Apache-2.0
// Cluster: the balance of shards, slots and nodes over time, and the cluster bus.
import { commands, keys, memory, ofShards, slots, unevenness, unevennessAtEnd } from "./cluster_words.js";
import { fromNode } from "./links.js";
import { severityColour, unit, well } from "./look.js";
import { bars, history, series, type Placed } from "./panels.js";
import {
    highest, latest, maxBy, minBy, most, named, node, nodeLegend, onNode, pageRate, rate, sumBy, top,
} from "./queries.js";
import { byGroup, byNode, info } from "./states.js";

const balance = {
    width: 12, height: 7, legend: nodeLegend, dataLinks: [fromNode], noValue: "No Cluster is known.",
};

export const balancePanels: Placed[] = [
    bars({
        ...balance, title: "Slots", unit: unit.number,
        description: "Slots of the ten masters that have most. Unequal on purpose where hosts differ; else redis-cli"
            + " --cluster rebalance makes them equal. Empty without a Cluster, and for redis_exporter.",
        expr: highest(10, `${slots} > 0`),
    }),
    bars({
        ...balance, title: "Keys", unit: unit.count,
        description: "Keys of the ten masters that have most. Unequal with equal slots: hash tags ({...}) that put many"
            + " keys into one slot. Empty without a Cluster.",
        expr: highest(10, `(${keys} ${ofShards})`),
    }),
    bars({
        ...balance, title: "Memory", unit: unit.bytes,
        description: "Memory of the ten masters that use most. Unequal with equal keys: some keys are very large:"
            + " redis-cli --bigkeys on that node finds them. Empty without a Cluster.",
        expr: highest(10, `(${memory} ${ofShards})`),
    }),
    bars({
        ...balance, title: "Commands", unit: unit.opsPerSecond,
        description: "Commands per second of the ten busiest masters. Unequal with equal keys: a few hot keys or slots,"
            + " or clients that know only some nodes. Empty without a Cluster.",
        expr: highest(10, `(${commands} ${ofShards})`),
    }),
    series({
        title: "Unevenness", unit: unit.multiple, legend: "table", points: 90,
        noValue: "Too little data and too few commands are known.",
        description: "The largest shard divided by the mean of its Cluster, of the ten highest; 1 is even. Above the"
            + " limit one node is full, or busy, long before the others. Empty without a Cluster, and while it has"
            + " little data (1000 keys, 100 MiB a shard) and few commands (100 a second).",
        limit: {
            name: "shard_imbalance_ratio", severities: ["warning"], where: node("redis_cluster_enabled") + " == 1",
        },
        lines: [{ expr: named(top(10, `(${unevenness})`, unevennessAtEnd)), legend: "{{redis_group}} {{of}}" }],
    }),
    series({
        title: "Commands of shards", unit: unit.opsPerSecond, legend: "table", noValue: "No Cluster is known.",
        description: "Commands per second of the ten masters that had most within the page's time. Lines that part are"
            + " a hot shard; a line that ends and another that begins is a failover. Empty without a Cluster.",
        lines: [{
            expr: `(${top(10, commands, `${maxBy(byNode, pageRate("redis_commands_processed_total"))}`
                + ` and ${onNode} ${latest(info(`role="master", redis_mode="cluster"`))}`)}) ${ofShards}`,
            legend: nodeLegend,
        }],
    }),
];

const groupLegend = "{{redis_group}}";
const atWorst = (metric: string) => `sum(${maxBy(byGroup, node(metric))})`;
const clusterNodes = (state: string) => `sum(${maxBy(byGroup, node("redis_cluster_nodes", `state="${state}"`))})`;
const least = `min by (redis_group, instance) (avg_over_time(${node("redis_cluster_state")}[$__range] @ end()))`;

export const pastPanels: Placed[] = [
    history({
        title: "Does it serve", unit: unit.count, width: 24, height: 12, legend: nodeLegend,
        noValue: "No Cluster is known.",
        words: { 0: ["stopped", severityColour.critical], 1: ["serving", well] },
        description: "Whether each node found the Cluster able to serve, of the 20 nodes that found so the least. A gap"
            + " is a node that did not answer. All stopped at once: slots were lost; one alone was cut off. Empty"
            + " without a Cluster.",
        expr: `${maxBy(byNode, node("redis_cluster_state"))} and on (redis_group, instance) bottomk(20, ${least})`,
    }),
    series({
        title: "Slots not served", unit: unit.number, noValue: "No Cluster is known.",
        description: "Slots without an owner, with a failed owner, and with one that a node does not reach, by the node"
            + " that sees most, of all chosen Clusters. All should be 0; the third alone for a moment is a node that"
            + " paused. Empty without a Cluster.",
        lines: [
            {
                expr: `sum(16384 - ${minBy(byGroup, node("redis_cluster_slots_assigned"))})`, legend: "no owner",
                colour: severityColour.critical,
            },
            { expr: atWorst("redis_cluster_slots_fail"), legend: "owner failed", colour: "dark-red" },
            { expr: atWorst("redis_cluster_slots_pfail"), legend: "not reached", colour: severityColour.warning },
        ],
    }),
    series({
        title: "Nodes as others see them", unit: unit.number, noValue: "No Cluster is known.",
        description: "Nodes that failed by agreement, that one node does not reach, and that are joining, by the node"
            + " that sees most, of all chosen Clusters. Joining again and again: an old node's address that still goes"
            + " round; CLUSTER FORGET ends it. Empty without a Cluster, and for redis_exporter.",
        lines: [
            { expr: clusterNodes("fail"), legend: "failed", colour: severityColour.critical },
            { expr: clusterNodes("pfail"), legend: "not reached", colour: severityColour.warning },
            { expr: clusterNodes("handshake"), legend: "joining", colour: severityColour.info },
        ],
    }),
    series({
        title: "Slots on their way", unit: unit.number, legend: "table", noValue: "No Cluster is known.",
        description: "Open slots of the ten nodes that had most, migrating and importing together. It changes all the"
            + " time during a resharding; a level that stays is one that was broken off. Empty without a Cluster, and"
            + " for redis_exporter.",
        lines: [{
            expr: top(10, sumBy(byNode, node("redis_cluster_open_slots")),
                sumBy(byNode, most(node("redis_cluster_open_slots")))),
            legend: nodeLegend,
        }],
    }),
    series({
        title: "Config epochs", unit: unit.number, legend: "table", noValue: "No Cluster is known.",
        description: "The highest epoch that nodes of a Cluster know, of the ten that changed most, and below it the"
            + " lowest. A step is a failover or a slot that moved; lines that stay apart are nodes that hear nothing"
            + " of the others. Empty without a Cluster.",
        lines: [
            {
                expr: named(top(10, maxBy(byGroup, node("redis_cluster_current_epoch")), epochChanges())),
                legend: groupLegend,
            },
            {
                expr: named(top(10, minBy(byGroup, node("redis_cluster_current_epoch")), epochChanges())),
                legend: `${groupLegend} lowest`, dashed: true,
            },
        ],
    }),
];

function epochChanges() {
    return maxBy(byGroup, `changes(${node("redis_cluster_current_epoch")}[$__range] @ end())`);
}

const errors = (kinds: string, part: typeof rate) => sumBy("err", part("redis_errors_total", `err=~"${kinds}"`));

export const gossipPanels: Placed[] = [
    series({
        title: "Redirections and refusals", unit: unit.perSecond, legend: "table", noValue: "No redirection is known.",
        description: "Commands per second that were sent on (MOVED, ASK) or refused (CLUSTERDOWN, CROSSSLOT, TRYAGAIN)."
            + " MOVED all the time: clients that do not keep the slot map, or know one node alone. CLUSTERDOWN: the"
            + " Cluster stopped. Empty while there are none, and with servers before 6.2.",
        lines: [{ expr: errors("MOVED|ASK|CLUSTERDOWN|CROSSSLOT|TRYAGAIN", rate), legend: "{{err}}" }],
    }),
    series({
        title: "Messages on the bus", unit: unit.perSecond, legend: "table", noValue: "No Cluster is known.",
        description: "Messages per second that nodes send each other, of the ten Clusters with most. It grows with the"
            + " number of nodes, and with PUBLISH, which goes to all of them: use SPUBLISH instead. A sudden fall is a"
            + " Cluster that came apart. Empty without a Cluster.",
        lines: [{
            expr: named(top(10, sumBy(byGroup, rate("redis_cluster_messages_sent_total")),
                sumBy(byGroup, pageRate("redis_cluster_messages_sent_total")))),
            legend: groupLegend,
        }],
    }),
    series({
        title: "Memory of bus links", unit: unit.bytes, legend: "table",
        noValue: "No server tells: before 7.0, or not scraped.",
        description: "Bytes that the links to other nodes hold, of the ten nodes with most. One that grows is a peer"
            + " too slow to read, often because of much PUBLISH. Empty without a Cluster, and with servers before 7.0.",
        lines: [{
            expr: top(10, `${maxBy(byNode, node("redis_mem_cluster_links_bytes"))} and on (redis_group, instance)`
                + ` ${node("redis_cluster_enabled")} == 1`,
                maxBy(byNode, most(node("redis_mem_cluster_links_bytes")))),
            legend: nodeLegend,
        }],
    }),
    series({
        title: "Links down", unit: unit.number, legend: "table", noValue: "No Cluster is known.",
        description: "Other nodes to which a node has no link on the bus, of the ten that miss most. One alone misses"
            + " many: its bus port (the port and 10000) is closed, or its network is down. Empty without a Cluster, and"
            + " for redis_exporter.",
        lines: [{
            expr: top(10, maxBy(byNode, node("redis_cluster_node_links", `state="down"`)),
                maxBy(byNode, most(node("redis_cluster_node_links", `state="down"`)))),
            legend: nodeLegend,
        }],
    }),
];
