// SPDX-License-Identifier: Apache-2.0
// Sentinel: over time, events and settings.
import { toAnyNode } from "./links.js";
import { severityColour, unit, well } from "./look.js";
import { history, series, type Placed } from "./panels.js";
import { groupOfNodes, least, maxBy, minBy, most, node, top } from "./queries.js";
import { byOpinion, opinion, said, seen } from "./sentinel_words.js";
import { byGroup, newInGroups, risenInGroups } from "./states.js";
import { groupKey, table } from "./table.js";

const legend = "{{instance}} {{master_name}}";
const sum = (metric: string) => `sum(${maxBy(byGroup, groupOfNodes(metric))})`;
const mostOf = (metric: string) => maxBy(byOpinion, said(metric, most));

// Within the page's time a Sentinel has a series for each address that it named: the worst counts.
const leastUp = minBy(byOpinion, said("redis_sentinel_master_status",
    (selected) => `avg_over_time(${selected}[$__range] @ end())`));

const lastPing = "redis_sentinel_master_last_ok_ping_reply_seconds";
const downAfter = "redis_sentinel_master_setting_down_after_milliseconds";
const pingShare = `1000 * ${opinion(lastPing)} / ${opinion(downAfter)}`;

export const pastPanels: Placed[] = [
    history({
        title: "How Sentinels saw masters", unit: unit.count, width: 24, height: 10, legend,
        noValue: "No Sentinel is scraped.",
        words: { 0: ["up", well], 1: ["down", severityColour.warning], 2: ["agreed down", severityColour.critical] },
        description: "When each Sentinel reached its master, of the 20 that reached it the least. One alone that does"
            + " not: its own network. Agreed down and no failover after it: no quorum, no majority or no replica. Empty"
            + " where the Sentinels are not scraped as nodes.",
        expr: `(${seen}) and on (${byOpinion}) bottomk(20, ${leastUp})`,
    }),
    series({
        title: "Sentinels of all groups", unit: unit.count,
        noValue: "No chosen group has Sentinels, or nothing is scraped now.",
        description: "Sentinels that are listed, that answer, that name the same master as most, and whose events the"
            + " exporter hears; one that watches several groups counts for each. The lines should be one; the tables"
            + " above say who is missing. Empty where no group is discovered through Sentinels.",
        lines: [
            { expr: sum("redis_group_subscribed_sentinels"), legend: "heard", colour: "yellow" },
            { expr: sum("redis_group_agreeing_sentinels"), legend: "agree", colour: "blue" },
            { expr: sum("redis_group_answering_sentinels"), legend: "answer", colour: "green" },
            { expr: sum("redis_group_configured_sentinels"), legend: "listed", colour: "text", dashed: true },
        ],
    }),
    series({
        title: "Silence of masters", unit: unit.ratio, legend: "table", noValue: "No Sentinel is scraped.",
        description: "Time since a master's last valid answer, as a share of down-after-milliseconds, of the ten"
            + " highest; at 100 % the Sentinel takes it for down. Often near it: the master hangs, or the setting is"
            + " too short. Empty where the Sentinels are not scraped as nodes.",
        lines: [{ expr: top(10, `(${pingShare})`, `${mostOf(lastPing)} / ${mostOf(downAfter)}`), legend }],
    }),
    series({
        title: "Usable Sentinels", unit: unit.count, legend: "table", noValue: "No Sentinel is scraped.",
        description: "Sentinels of the master that one sees well, itself included, of the ten that see the fewest."
            + " Below the quorum, or at half of them, it starts no failover. Only one sees few: its network. Empty"
            + " where the Sentinels are not scraped as nodes.",
        lines: [{
            expr: `${opinion("redis_sentinel_master_ok_sentinels")} and bottomk(10, ${minBy(byOpinion,
                said("redis_sentinel_master_ok_sentinels", least))})`,
            legend,
        }],
    }),
    series({
        title: "Config epochs", unit: unit.number, legend: "table", noValue: "No Sentinel is scraped.",
        description: "Epoch of the failover that made the master the master, as ten Sentinels know it. Each failover is"
            + " a step of all lines of its master; a line that stays below did not hear of it, and names the old one."
            + " Empty where the Sentinels are not scraped as nodes.",
        lines: [{
            expr: top(10, opinion("redis_sentinel_master_config_epoch"), mostOf("redis_sentinel_master_config_epoch")),
            legend,
        }],
    }),
];

const events = "redis_group_sentinel_events_total";

export const eventPanels: Placed[] = [
    series({
        title: "Events", points: 120, unit: unit.count, bars: true, stacked: true, height: 9,
        noValue: "No events are known.",
        description: "What Sentinels told of: +sdown one sees a node down, +odown a quorum agrees, +try-failover,"
            + " +switch-master a new master, -failover-abort a failover that found no replica or no votes. Empty while"
            + " nothing happens, and where no group is discovered through Sentinels.",
        lines: [{
            expr: `sum by (event, subject) (${newInGroups("redis_group, event, subject", events)} and on (redis_group)`
                + ` ${node("redis_up")}) > 0`,
            legend: "{{event}} {{subject}}",
        }],
    }),
    table({
        title: "Events within the page's time", unit: unit.number, width: 12, height: 9,
        noValue: "No events are known.",
        description: "The same by group, the most frequent first. Much +sdown without +odown is a bad network between"
            + " Sentinels and servers; +reboot are restarts; +tilt are clocks or hosts that stand still. Empty while"
            + " nothing happens, and where no group is discovered through Sentinels.",
        key: [groupKey, { label: "event", name: "Event" }, { label: "subject", name: "About", width: 90 }],
        columns: [{
            name: "Times", width: 80, expr: `${risenInGroups("redis_group, event, subject", events)} > 0`,
        }],
        sort: [{ by: "Times", down: true }],
    }),
];

export const settingsTable = table({
    title: "How Sentinels are set", height: 8, unit: unit.number, noValue: "No Sentinel is scraped.",
    description: "Settings of each master, which SENTINEL SET changes at one Sentinel alone: they should be the same at"
        + " all Sentinels of a master. Quorum: votes that take it for down; a failover needs a majority besides. Empty"
        + " where the Sentinels are not scraped as nodes.",
    key: [{ label: "master_name", name: "Master" }, { label: "instance", name: "Sentinel", links: [toAnyNode] }],
    columns: [
        { name: "quorum", expr: opinion("redis_sentinel_master_setting_ckquorum") },
        { name: "down-after", expr: opinion(downAfter), unit: unit.milliseconds },
        {
            name: "failover-timeout", expr: opinion("redis_sentinel_master_setting_failover_timeout"),
            unit: unit.milliseconds,
        },
        { name: "parallel-syncs", expr: opinion("redis_sentinel_master_setting_parallel_syncs") },
    ],
    sort: [{ by: "Master" }, { by: "Sentinel" }],
});
