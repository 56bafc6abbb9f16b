// SPDX-License-Identifier: Apache-2.0
// Sentinel: would failover work?
import { alertTable } from "./alerts.js";
import { panelLink, toAnyNode, toGroup } from "./links.js";
import { noneIsWell, plain, severityColour, type Words, unit, well } from "./look.js";
import { page } from "./page.js";
import { stat, type Placed } from "./panels.js";
import { countOf, group, groupOfNodes, maxBy, node, sumOf } from "./queries.js";
import { countedWhereTold, notScrapedWord, notTold, untold, whereTold } from "./known.js";
import { known } from "./memory.js";
import { eventPanels, pastPanels, settingsTable } from "./sentinel_details.js";
import {
    agrees, alone, aloneCanAct, aloneDown, anywhere, byOpinion, canAct, named, opinion, said, seen, watched,
} from "./sentinel_words.js";
import { byGroup, configured, failovers, first, graded, groupsOf, noQuorum, noReplica } from "./states.js";
import { groupKeyOf, table } from "./table.js";
import { stepsOf, threshold } from "./thresholds.js";

const small = { width: 3, height: 4 };
const of = (metric: string) => maxBy(byGroup, groupOfNodes(metric));
// Of none of their Sentinels anything is heard: those of groups, and those that are scraped as nodes.
const notScraped = `(${untold(group(configured), groupOfNodes(configured))} unless on (redis_group)`
    + ` ${node("redis_up")} and on (redis_group) ${known(node("redis_up"))})`;
const isSentinel = node("redis_instance_info", `redis_mode="sentinel"`);
const silent = `(${untold(group(configured), `${groupOfNodes("redis_group_answering_sentinels")} > 0`)}`
    + ` or ${untold(isSentinel, isSentinel)})`;
const onlySentinels = (expr: string) => `${expr} and on (redis_group) ${groupOfNodes(configured)}`;
const masterDown = `${groupOfNodes("redis_group_master_objectively_down")} == 1`;
const masterSeenDown = `${of("redis_group_sentinels_seeing_master_down")} > 0`;
const missing = `${of(configured)} - ${of("redis_group_agreeing_sentinels")}`;

const state = first(
    groupsOf(notScraped, 8),
    groupsOf(masterDown, 7),
    groupsOf(noQuorum, 6),
    groupsOf(onlySentinels(`(${noReplica})`), 5),
    groupsOf(masterSeenDown, 4),
    groupsOf(`${of("redis_group_sentinels_in_tilt")} > 0`, 3),
    groupsOf(`${groupOfNodes("redis_group_sentinel_disagreement")} == 1`, 2),
    `(${missing} > 0) * 0 + 1`,
    groupsOf(groupOfNodes(configured), 0),
);

const stateWords: Words = {
    8: notScrapedWord,
    7: ["master down", severityColour.critical], 6: ["no quorum", severityColour.critical],
    5: ["no replica", severityColour.warning], 4: ["seen down", severityColour.warning],
    3: ["TILT", severityColour.warning], 2: ["disagree", severityColour.warning],
    1: ["missing", severityColour.warning], 0: ["ready", well],
};

const orMasters = "or on (redis_group, master_name, master_address)";
const watchedMasters = `${of(configured)} ${orMasters} ${alone("redis_sentinel_master_status")}`;
const loud = { ...small, unit: unit.count, loud: true, words: notTold, noValue: "no Sentinels" };
/** Among the masters that Sentinels watch, where none of them is silent. */
const ofMasters = (bad: string) => countedWhereTold(bad, watchedMasters, silent);
const gradedMasters = (bad: string, critical: string) => graded({ bad, critical, of: watchedMasters, missing: silent });

const figures: Placed[] = [
    stat({
        ...loud, title: "No failover",
        description: "Masters that would stay down if they failed now: too few Sentinels see each other (red), or no"
            + " replica could take over. The table of groups says which it is: bring the Sentinels or the replica back"
            + " first. Empty without Sentinels.",
        graded: gradedMasters(`${onlySentinels(`(${first(noQuorum, noReplica)})`)} ${orMasters} ${aloneCanAct} == 0`
            + ` ${orMasters} ${alone("redis_sentinel_master_ok_slaves")} == 0`,
            `(${noQuorum}) ${orMasters} ${aloneCanAct} == 0`),
    }),
    stat({
        ...loud, title: "Masters down",
        description: "Masters that at least one Sentinel does not reach. One Sentinel alone: its way to the master; a"
            + " quorum of them (red): the master is down, and a failover should follow within seconds. Empty without"
            + " Sentinels.",
        graded: gradedMasters(`${masterSeenDown} ${orMasters} ${alone("redis_sentinel_master_status")} == 0`,
            `${masterDown} ${orMasters} ${aloneDown}`),
    }),
    stat({
        ...loud, title: "Missing", steps: noneIsWell("warning"),
        description: "Sentinels that are listed and do not answer, or name another master than most; of masters that"
            + " the exporter does not discover, those that other Sentinels see down. Of the master that misses most:"
            + " one Sentinel may watch many. Each one less is a vote less. Empty without Sentinels.",
        expr: whereTold(`max(clamp_min(${missing}, 0) ${orMasters} ${alone("redis_sentinel_master_sentinels")}`
            + ` - ${alone("redis_sentinel_master_ok_sentinels")})`, silent),
    }),
    stat({
        ...loud, title: "Disagree", steps: noneIsWell("warning"),
        description: "Groups whose Sentinels do not say the same about the master: its address, its epoch or the"
            + " quorum. Clients that ask the wrong one write to the wrong server: the table of Sentinels shows it."
            + " Empty without Sentinels.",
        expr: ofMasters(`${of("redis_group_sentinel_disagreement")} == 1`),
    }),
    stat({
        ...loud, title: "In TILT", steps: noneIsWell("warning"),
        description: "Sentinels that do not act for 30 s because their clock jumped, or they were stopped for a while."
            + " Again and again: look at the time synchronisation and the load of their hosts. Of what the exporter"
            + " discovers, the group where most are. Empty without Sentinels.",
        expr: whereTold(`max(max(${of("redis_group_sentinels_in_tilt")}) or on (of)`
            + ` label_replace(sum(${maxBy("instance", node("redis_sentinel_tilt"))}), "of", "nodes", "", ""))`, silent),
    }),
    stat({
        ...small, title: "Sentinels", unit: unit.count, steps: stepsOf("sentinels"), words: notTold,
        noValue: "no Sentinels",
        description: "Sentinels of the master that has the fewest. Three on three hosts are needed: of two, one that"
            + " fails leaves no majority. Empty without Sentinels.",
        expr: whereTold(`min(${of("redis_group_sentinels")} ${orMasters} ${alone("redis_sentinel_master_sentinels")})`,
            silent, `< ${threshold("sentinels", "info").value}`),
    }),
    stat({
        ...small, title: "Masters", unit: unit.count,
        description: "Masters that Sentinels watch, as far as the exporter discovers their groups or scrapes the"
            + " Sentinels. Fewer than expected: the exporter's configuration leaves some out.",
        expr: countOf(watchedMasters),
    }),
    stat({
        ...small, title: "Failovers", unit: unit.number, noValue: "unknown", links: [panelLink("replication")],
        steps: [{ from: null, colour: plain }, { from: 1, colour: severityColour.info }],
        description: "Failovers within the page's time, of all groups that the exporter compares. Several within an"
            + " hour: something that a failover does not cure. Empty without such groups.",
        expr: sumOf(failovers),
    }),
];

const yes: Words = { 1: ["yes", well], 0: ["no", severityColour.critical] };
const about = (name: string) => maxBy(byGroup,
    `1 - ${groupOfNodes("redis_group_sentinel_disagreement", `about="${name}"`)}`);

const groupTable = table({
    title: "Groups, the worst first", height: 7, unit: unit.count,
    noValue: "No chosen group has Sentinels, or nothing is scraped now.",
    description: "What all listed Sentinels of a group say together. Master down: a quorum agrees; no quorum: too few"
        + " see each other; no replica: none in step may be promoted; seen down: one Sentinel does not reach the"
        + " master; TILT: one does not act; disagree, missing: see the next columns. Heard: Sentinels whose events the"
        + " exporter hears. Empty where no group is discovered through Sentinels.",
    key: [groupKeyOf("sentinel")],
    columns: [
        { name: "Failover", expr: state, words: stateWords, as: "cell", width: 110, leads: true },
        { name: "Listed", expr: of(configured), width: 75 },
        { name: "Answer", expr: of("redis_group_answering_sentinels"), width: 75 },
        { name: "Agree", expr: of("redis_group_agreeing_sentinels"), width: 75 },
        { name: "Known", expr: of("redis_group_sentinels"), steps: stepsOf("sentinels"), width: 75 },
        { name: "Heard", expr: of("redis_group_subscribed_sentinels"), width: 75 },
        { name: "Quorum", expr: of("redis_group_sentinel_quorum_reachable"), words: yes, width: 80 },
        {
            name: "Candidates", expr: onlySentinels(of("redis_group_failover_candidates")), width: 100,
            steps: [{ from: null, colour: severityColour.warning }, { from: 1, colour: well }],
        },
        {
            name: "See it down", expr: of("redis_group_sentinels_seeing_master_down"), steps: noneIsWell("warning"),
            width: 105,
        },
        { name: "In TILT", expr: of("redis_group_sentinels_in_tilt"), steps: noneIsWell("warning"), width: 75 },
        { name: "One address", expr: about("address"), words: yes, width: 105 },
        { name: "One epoch", expr: about("epoch"), words: yes, width: 95 },
        { name: "One quorum", expr: about("quorum"), words: yes, width: 105 },
        { name: "Failovers", expr: onlySentinels(failovers), width: 90 },
    ],
    sort: [{ by: "Failover", down: true }, { by: "Group" }],
});

const less = (all: string, well: string) => `${opinion(all)} - ${opinion(well)}`;

const sentinelTable = table({
    title: "What each Sentinel says", height: 9, unit: unit.count, noValue: "No Sentinel is scraped.",
    description: "A row for each scraped Sentinel and master. Agrees, no: most others name another address; which says:"
        + " what the named server calls itself; a replica is a wrong address. Usable peers below the quorum, or half of"
        + " all: this one starts no failover. Empty where the Sentinels are not scraped as nodes.",
    key: [
        { label: "instance", name: "Sentinel", links: [toAnyNode], width: 145 },
        { label: "master_name", name: "Master", width: 105 },
    ],
    columns: [
        {
            name: "Sees it", as: "cell", width: 80, leads: true,
            expr: `${seen} or on (${byOpinion}) (${maxBy(byOpinion, said("redis_sentinel_master_status", known))}`
                + ` and on (instance) ${anywhere("redis_up")} == 0) * 0 + 3`,
            words: {
                3: ["is dead", severityColour.critical], 0: ["up", well], 1: ["down", severityColour.warning],
                2: ["agreed down", severityColour.critical],
            },
        },
        {
            name: "Group", label: "watched", expr: maxBy(`${byOpinion}, watched`, watched),
            links: [toGroup("replication")], width: 105,
        },
        {
            name: "Address", label: "master_address",
            expr: maxBy(`${byOpinion}, master_address`, said("redis_sentinel_master_status")), links: [toAnyNode],
            width: 145,
        },
        { name: "Agrees", expr: agrees, words: yes, width: 75 },
        {
            name: "Which says", expr: named, width: 90,
            words: {
                0: ["nothing", severityColour.critical], 1: ["master", well], 2: ["replica", severityColour.critical],
            },
        },
        { name: "Epoch", expr: opinion("redis_sentinel_master_config_epoch"), width: 65 },
        { name: "Can act", expr: canAct, words: yes, width: 70 },
        { name: "Quorum", expr: opinion("redis_sentinel_master_setting_ckquorum"), width: 70 },
        { name: "Sentinels", expr: opinion("redis_sentinel_master_sentinels"), width: 85 },
        {
            name: "Unusable", expr: less("redis_sentinel_master_sentinels", "redis_sentinel_master_ok_sentinels"),
            steps: noneIsWell("warning"), width: 85,
        },
        { name: "Replicas", expr: opinion("redis_sentinel_master_slaves"), width: 75 },
        {
            name: "Replicas down", expr: less("redis_sentinel_master_slaves", "redis_sentinel_master_ok_slaves"),
            steps: noneIsWell("warning"), width: 110,
        },
        {
            name: "Heard it", expr: opinion("redis_sentinel_master_last_ok_ping_reply_seconds"), unit: unit.seconds,
            width: 80,
        },
    ],
    sort: [{ by: "Sees it", down: true }, { by: "Agrees" }, { by: "Group" }, { by: "Sentinel" }],
});

export const sentinel = () => page({
    page: "sentinel",
    description: "Would failover work? Each row of the first table is a group that Sentinels watch, the worst on top;"
        + " each row of the second what one Sentinel says of one master. Below: when they saw masters down, what they"
        + " did, and how they are set.",
    first: [...figures, groupTable, sentinelTable],
    rows: [
        {
            title: "Alerts about Sentinels and failovers",
            panels: [alertTable({
                height: 5, about: { subject: "Sentinels", names: "Redis(Sentinel|Group|Down|Failover|SplitBrain).*" },
            })],
        },
        { title: "Over time", panels: pastPanels },
        { title: "Events", panels: eventPanels },
        { title: "Settings", panels: [settingsTable] },
    ],
});
