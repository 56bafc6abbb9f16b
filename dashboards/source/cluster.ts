// SPDX-License-Identifier: Apache-2.0
// Cluster: is every slot served, evenly?
import { alertTable } from "./alerts.js";
import { balancePanels, gossipPanels, pastPanels } from "./cluster_details.js";
import { bySubject, commands, keys, memory, slots, unevenness } from "./cluster_words.js";
import { counted, minusOneOf, notScrapedOf, notScrapedWord, notTold, untold, whereTold } from "./known.js";
import { panelLink } from "./links.js";
import { muted, noneIsWell, roleWords, severityColour, unit, well, type Words } from "./look.js";
import { known } from "./memory.js";
import { page } from "./page.js";
import { stat, type Placed } from "./panels.js";
import {
    anyNode, countAll, countBy, group, groupOfNodes, maxBy, node, onNode, roleBy, sumBy, sumOf,
} from "./queries.js";
import { byGroup, byNode, failovers, first, groupsOf } from "./states.js";
import { groupKeyOf, nodeKey, table } from "./table.js";
import { stepsOf } from "./thresholds.js";

const small = { width: 3, height: 4 };
const enabled = `${node("redis_cluster_enabled")} == 1`;
// What the exporter says of a Cluster of which no node answers is of no node.
const of = (metric: string) => `(${maxBy(byGroup, groupOfNodes(metric))} and on (redis_group) ${enabled})`;
const worst = (metric: string, more?: string) => maxBy(byGroup, node(metric, more));

/** By one comparison of all nodes, else by what nodes say. */
const unowned = first(of("redis_group_slots_uncovered"), `16384 - ${worst("redis_cluster_slots_assigned")}`);
const open = first(of("redis_group_slots_open"), maxBy(byGroup, sumBy(byNode, node("redis_cluster_open_slots"))));
const bare = `(${first(of("redis_group_masters_without_replica"), worst("redis_cluster_masters_without_replicas"))})`
    + ` and on (redis_group) ${enabled}`;
const strangers = `${of("redis_group_nodes_with_other_slot_map")} + ${of("redis_group_nodes_known_to_few")}`;

const wasNode = `${known(node("redis_cluster_enabled"))} == 1`;

// Of the day's Clusters: no node answers, or is scraped. A node that answers says whether it is of a Cluster.
const past = `${untold(node("redis_cluster_enabled"), node("redis_cluster_enabled"))} and on (redis_group)`
    + ` ${known(node("redis_cluster_enabled"))} == 1`;
const dead = `(${past} and on (redis_group) ${node("redis_up")} == 0`
    + ` unless on (redis_group) ${node("redis_up")} == 1)`;
const missing = `(${past} unless on (redis_group) ${node("redis_up")})`;
const unscraped = notScrapedOf(wasNode);
// What makes a figure unknown that is well: a single node may be the one that sees what is wrong, or has it. Also nodes
// that an exporter has listed for minutes and that no target is for.
const listed = maxBy(byGroup, `min_over_time(${group("redis_group_expected_nodes")}[5m])`);
const untoldNodes = `${unscraped} or ${listed} > on (redis_group) ${countBy(byGroup, group("redis_up", anyNode))}`
    + ` and on (redis_group) ${enabled}`;
const notAll = `(${missing} or ${untoldNodes})`;
const silent = `(${past} or ${untoldNodes})`;

const failed = first(`(${countBy(byGroup, `${node("redis_up")} == 0`)} and on (redis_group) ${dead})`,
    maxBy(byGroup, sumBy(byNode, node("redis_cluster_nodes", `state=~"fail|pfail|noaddr"`))));
// The node that has most of them; 0 where nobody tells.
const lost = `(${unowned}) + on (redis_group) (${first(worst("redis_cluster_slots_fail"), groupsOf(enabled, 0))})`;
const stops = `(${node("redis_cluster_state")} == 0 or ${dead})`;
const state = first(
    groupsOf(missing, 7),
    groupsOf(dead, 6),
    groupsOf(stops, 5),
    groupsOf(`(${unowned}) > 0`, 4),
    groupsOf(`${node("redis_cluster_slots_fail")} > 0`, 4),
    groupsOf(`${groupOfNodes("redis_group_slots_claimed_twice")} > 0`, 4),
    groupsOf(`${failed} > 0`, 3),
    groupsOf(`(${strangers}) > 0`, 3),
    groupsOf(unscraped, 2),
    groupsOf(`(${bare}) > 0`, 1),
    groupsOf(enabled, 0),
);
const stateWords: Words = {
    7: notScrapedWord, 6: ["all down", severityColour.critical],
    5: ["stops", severityColour.critical], 4: ["slots lost", severityColour.critical],
    3: ["nodes failed", severityColour.warning], 2: ["no data", severityColour.warning],
    1: ["no replica", severityColour.warning], 0: ["well", well],
};

const quiet = { ...small, unit: unit.number, words: notTold, noValue: "no Cluster" };
const loud = { ...quiet, loud: true };
/** -1 where there is a Cluster, of which it is not told: without a number there is none. */
const orNotTold = (figure: string, of = enabled) => `${figure} or on () ${minusOneOf(of)}`;
const unlessAll = "; not told while a node is not scraped, unless others tell something bad.";

const figures: Placed[] = [
    stat({
        ...loud, title: "Stopped", steps: noneIsWell("critical"),
        description: "Clusters that at least one node finds unable to serve: it answers commands on keys with"
            + " CLUSTERDOWN. All nodes: slots are lost; one alone: that node is cut off from the others. And those of"
            + " which no node answers. Empty without a Cluster" + unlessAll,
        expr: whereTold(counted(countBy(byGroup, stops), enabled), notAll),
    }),
    stat({
        ...loud, title: "Slots lost", steps: noneIsWell("critical"),
        description: "Slots that no node has, and slots whose master has failed without a replica that took over. Their"
            + " keys cannot be read or written. Bring the master or its replica back. Empty without a Cluster"
            + unlessAll,
        expr: orNotTold(whereTold(`sum(${first(`${groupsOf(dead)} * 16384`, lost)})`, notAll)),
    }),
    stat({
        ...loud, title: "Nodes failed", steps: noneIsWell("warning"),
        description: "Nodes that others see failed, do not reach, or have no address of, by the node that sees most."
            + " If only one sees them, look at its network; the last table tells. Empty without a Cluster;"
            + " not told by redis_exporter" + unlessAll,
        expr: orNotTold(whereTold(`sum(${failed})`, notAll)),
    }),
    stat({
        ...loud, title: "No replica", steps: noneIsWell("warning"), links: [panelLink("replication")],
        description: "Masters with slots that have no replica. If one fails its slots are lost, and by default the"
            + " whole Cluster stops. A replica that moved or failed is to be given back. Empty without a"
            + " Cluster; not told by redis_exporter" + unlessAll,
        expr: orNotTold(whereTold(`sum(${bare})`, silent)),
    }),
    stat({
        ...quiet, title: "Open slots",
        steps: [{ from: null, colour: well }, { from: 1, colour: severityColour.info }],
        description: "Slots on their way from one node to another. Some during a resharding are normal; those that stay"
            + " are a resharding that was broken off: redis-cli --cluster fix ends it. Empty without a"
            + " Cluster; not told by redis_exporter" + unlessAll,
        expr: orNotTold(whereTold(`sum(${open})`, silent)),
    }),
    stat({
        ...quiet, title: "Disagree", steps: noneIsWell("warning"),
        description: "Nodes that see other owners of slots than most do, or that few others know. For moments normal"
            + " after a failover or while slots move; clients of such a node are sent to wrong ones. Empty without a"
            + " Cluster; not told where the exporter does not compare nodes" + unlessAll,
        expr: orNotTold(whereTold(`sum(${strangers})`, silent)),
    }),
    stat({
        ...quiet, title: "Unevenness", unit: unit.multiple, decimals: 1,
        words: { ...notTold, "-2": ["too small", muted] },
        description: "The largest shard divided by the mean of its Cluster, by keys, memory or commands, whichever is"
            + " worst. High: a hot slot, large keys, or slots spread badly: see the balance below. Empty without a"
            + " Cluster; too small is one that has little data and few commands" + unlessAll,
        judged: {
            name: "shard_imbalance_ratio", of: unevenness, missing: silent,
            otherwise: `${countAll(enabled)} * 0 - 2`,
        },
    }),
    stat({
        ...quiet, title: "Failovers", links: [panelLink("replication")],
        steps: [{ from: null, colour: "text" }, { from: 1, colour: severityColour.info }],
        description: "Failovers of all shards within the page's time. A rolling restart takes one for each shard. Empty"
            + " without a Cluster; not told where the exporter does not compare nodes.",
        expr: orNotTold(sumOf(`${failovers} and on (redis_group) ${enabled}`), `${enabled} or ${silent}`),
    }),
];

const inCluster = (expr: string) => `${expr} and on (redis_group) ${node("redis_cluster_enabled")} == 1`;
const hostShare = `${of("redis_group_masters_on_one_host")} / (${of("redis_group_masters")} > 1)`;
const uneven = (subject: keyof typeof bySubject) => bySubject[subject];

const clusterTable = table({
    title: "Clusters, the worst first", height: 7, unit: unit.number,
    noValue: "No chosen group is known to be a Cluster.",
    description: "All down: no node answers; stops: a node finds it unable to serve; slots lost: none has them, their"
        + " master failed, or two have them; nodes failed: see the nodes below; no data: one is not scraped. × keys,"
        + " × memory, × commands: the largest shard divided by the mean. On a host: share of masters on the"
        + " host with most; at half of them its loss stops the Cluster. Empty without a Cluster.",
    key: [groupKeyOf("cluster")],
    columns: [
        { name: "State", expr: state, words: stateWords, as: "cell", width: 105, leads: true },
        { name: "Shards", expr: worst("redis_cluster_size"), width: 70 },
        { name: "Nodes", expr: worst("redis_cluster_known_nodes"), width: 75 },
        { name: "Failed", expr: failed, steps: noneIsWell("warning"), width: 70 },
        {
            name: "Served", expr: `min by (redis_group) (${node("redis_cluster_slots_ok")})`,
            steps: [{ from: null, colour: severityColour.critical }, { from: 16384, colour: well }], width: 80,
        },
        { name: "Owned twice", expr: of("redis_group_slots_claimed_twice"), steps: noneIsWell("critical"), width: 105 },
        { name: "Open", expr: open, steps: noneIsWell("info"), width: 65 },
        { name: "No replica", expr: bare, steps: noneIsWell("warning"), width: 90 },
        { name: "Disagree", expr: strangers, steps: noneIsWell("warning"), width: 80 },
        {
            name: "On a host", expr: inCluster(hostShare), unit: unit.ratio, decimals: 0,
            steps: stepsOf("cluster_masters_per_host_ratio"), width: 85,
        },
        {
            name: "Shards on a host", expr: inCluster(of("redis_group_shards_on_one_host")),
            steps: noneIsWell("warning"), width: 125,
        },
        {
            name: "× keys", expr: uneven("keys"), unit: unit.number, decimals: 1,
            steps: stepsOf("shard_imbalance_ratio"), width: 70,
        },
        {
            name: "× memory", expr: uneven("memory"), unit: unit.number, decimals: 1,
            steps: stepsOf("shard_imbalance_ratio"), width: 90,
        },
        {
            name: "× commands", expr: uneven("commands"), unit: unit.number, decimals: 1,
            steps: stepsOf("shard_imbalance_ratio"), width: 110,
        },
    ],
    sort: [{ by: "State", down: true }, { by: "Nodes", down: true }, { by: "Group" }],
});

const ofNode = (expr: string) => `${expr} and ${onNode} ${node("redis_cluster_enabled")} == 1`;
// Nodes that are down, and those that are not scraped.
const finds = [
    maxBy(byNode, node("redis_cluster_state")),
    `(${maxBy(byNode, node("redis_up"))} == 0 and ${onNode} ${wasNode}) * 0 - 1`,
    `(${maxBy(byNode, wasNode)} and on (redis_group) ${missing}) * 0 - 2`,
    `${unscraped} - 2`,
].join(` or ${onNode} `);
const sees = (state: string) => maxBy(byNode, sumBy(byNode, node("redis_cluster_nodes", `state=~"${state}"`)));

const nodeTable = table({
    title: "Nodes, and what they see", height: 9, unit: unit.number, noValue: "No Cluster is known.",
    description: "Each node's own view: nodes that are down or find the Cluster stopped come first, then those that"
        + " see most others failed. A node that sees more of them than the others do is cut off itself. Slots 0 at a"
        + " master: it serves nothing. Empty without a Cluster.",
    key: [groupKeyOf("cluster"), nodeKey],
    columns: [
        {
            name: "Finds it", expr: finds, as: "cell", width: 100, leads: true,
            words: {
                "-2": notScrapedWord, "-1": ["is down", severityColour.critical],
                0: ["stopped", severityColour.critical], 1: ["serving", well],
            },
        },
        { name: "Role", expr: ofNode(`(${roleBy(byNode)})`), words: roleWords, width: 75 },
        { name: "Slots", expr: slots, width: 75 },
        { name: "Keys", expr: ofNode(keys), unit: unit.count, width: 70 },
        { name: "Memory", expr: ofNode(memory), unit: unit.bytes, width: 90 },
        { name: "Commands", expr: ofNode(commands), unit: unit.opsPerSecond, width: 100 },
        { name: "Knows", expr: maxBy(byNode, node("redis_cluster_known_nodes")), width: 70 },
        { name: "Not reached", expr: sees("pfail"), steps: noneIsWell("warning"), width: 115 },
        { name: "Failed", expr: sees("fail"), steps: noneIsWell("warning"), width: 70 },
        { name: "Joining", expr: sees("handshake"), steps: noneIsWell("info"), width: 80 },
        {
            name: "Links down", expr: maxBy(byNode, node("redis_cluster_node_links", `state="down"`)),
            steps: noneIsWell("warning"), width: 95,
        },
        { name: "Open", expr: sumBy(byNode, node("redis_cluster_open_slots")), steps: noneIsWell("info"), width: 65 },
        { name: "Epoch", expr: maxBy(byNode, node("redis_cluster_my_epoch")), width: 70 },
    ],
    sort: [{ by: "Finds it" }, { by: "Not reached", down: true }, { by: "Slots", down: true }, { by: "Node" }],
});

export const cluster = () => page({
    page: "cluster",
    description: "Is every slot served, evenly? Each row of the first table is a Cluster, the worst on top; each row of"
        + " the second what one node sees. Below: how data and commands are spread, and how the nodes see each other.",
    first: [...figures, clusterTable, nodeTable],
    rows: [
        {
            title: "Alerts about Clusters",
            panels: [alertTable({
                height: 5, about: { subject: "Clusters", names: "Redis(Cluster|Failover|SplitBrain).*" },
            })],
        },
        { title: "Balance of shards", panels: balancePanels },
        { title: "Slots and nodes over time", panels: pastPanels },
        { title: "Redirections and the cluster bus", panels: gossipPanels },
    ],
});
