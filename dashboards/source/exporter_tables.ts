// SPDX-License-Identifier: Apache-2.0
// Exporter: what is missing, by node and by collector; exporters, groups and checks of keys.
import { notScraped, notScrapedWord } from "./known.js";
import { severityColour, unit, well, type Words } from "./look.js";
import { countBy, exporter, group, maxBy, minBy, node, rate, sumBy } from "./queries.js";
import { byNode } from "./states.js";
import { subjectKey } from "./subject.js";
import { groupKey, nodeKey, table, type Column, type Key } from "./table.js";
import { stepsOf } from "./thresholds.js";

const byCollector = "collector";

export const partial = `${node("redis_exporter_scrape_complete")} == 0`;
export const leftOut = `${node("redis_exporter_collector_truncated")} == 1 or`
    + ` ${node("redis_exporter_check_truncated")} == 1`
    + ` or ${node("redis_commands_folded")} > 0`;
const denied = `${node("redis_exporter_refused_commands")} > 0`;

const stateOf = (expr: string, value: number) => `${maxBy(byNode, expr)} * 0 + ${value}`;
const states = [
    stateOf(notScraped, 6), stateOf(`${node("redis_up")} == 0`, 5),
    stateOf(`${partial} and on (${byNode}) ${denied}`, 4), stateOf(partial, 3), stateOf(denied, 2),
    stateOf(leftOut, 1),
].join(` or on (${byNode}) `);

const stateWords: Words = {
    6: notScrapedWord, 5: ["down", severityColour.critical],
    4: ["partial, denied", severityColour.warning], 3: ["partial", severityColour.warning],
    2: ["denied", severityColour.warning],
    1: ["cut short", severityColour.info],
};

export const nodesTable = table({
    title: "Nodes whose data is not whole", width: 15, height: 7, unit: unit.count,
    noValue: "Nothing is known to be missing.",
    description: "Not scraped: Prometheus got no answer from the exporter; down: the server does not answer, with the"
        + " reason. Partial: a collector had no reply in time; cut short: a limit left something out. Denied: the"
        + " server refuses a command to the exporter's user, so that its data is missing: grant it, or switch the"
        + " collector off. Empty when all is well.",
    key: [groupKey, subjectKey],
    columns: [
        { name: "Data", expr: states, words: stateWords, as: "cell", width: 120, leads: true },
        {
            name: "Reason", label: "reason", width: 110,
            expr: maxBy(`${byNode}, reason`, `${node("redis_exporter_node_failure")} == 1`),
        },
        {
            name: "Collectors missing", width: 165,
            expr: countBy(byNode, `${node("redis_exporter_collector_success")} == 0`),
        },
        { name: "Commands denied", width: 140, expr: maxBy(byNode, denied) },
    ],
    hide: ["instance"],
    sort: [{ by: "Data", down: true }, { by: "Collectors missing", down: true }],
});

export const collectorsTable = table({
    title: "Collectors that miss data", width: 9, height: 7, unit: unit.count, noValue: "None is known to miss data.",
    description: "Which part of the data is missing, and of how many nodes that answer. One collector on many"
        + " nodes: a right that the exporter's user lacks, the log names the command. All of one node: it is too slow"
        + " for the deadline. Empty when all is well.",
    key: [{ label: "collector", name: "Collector" }],
    columns: [
        {
            name: "Nodes without it", width: 150,
            expr: countBy(byCollector, `${node("redis_exporter_collector_success")} == 0 and on (${byNode})`
                + ` ${node("redis_up")} == 1`),
        },
        {
            name: "Nodes cut short", width: 130,
            expr: countBy(byCollector, `${node("redis_exporter_collector_truncated")} == 1`),
        },
    ],
    sort: [{ by: "Nodes without it", down: true }, { by: "Collector" }],
});

const byExporter = "instance";
/** A process that is an exporter; processes of others have such metrics, too. */
export const ofProcess = (expr: string) =>
    `${expr} and on (job, instance) ${exporter("redis_exporter_build_info")}`;
const process = (name: string, expr: string, more: Partial<Column>): Column =>
    ({ name, expr: maxBy(byExporter, ofProcess(expr)), ...more });
const ownRate = (metric: string) => `rate(${exporter(metric)}[$__rate_interval])`;

export const exportersTable = table({
    title: "Exporters", height: 4, unit: unit.count, noValue: "No exporter tells of itself.",
    description: "The exporters that tell of themselves: on their page of the fleet, not through /scrape. Several"
        + " should have one version. Short of descriptors, they cannot connect to all nodes: raise the limit of the"
        + " process. Empty where only /scrape is scraped, and with --redis-only-metrics.",
    key: [{ label: "instance", name: "Exporter" }],
    columns: [
        process("Up since", `${exporter("process_start_time_seconds")} * 1000`, { unit: unit.ago, width: 140 }),
        {
            name: "Version", label: "version", width: 110,
            expr: `max by (instance, version) (${exporter("redis_exporter_build_info")}`
                + ` and on (job, instance) ${exporter("process_start_time_seconds")})`,
        },
        {
            name: "Configuration", width: 120, words: { 0: ["invalid", severityColour.critical], 1: ["valid", well] },
            expr: minBy(byExporter, exporter("redis_exporter_config_last_reload_successful")),
        },
        {
            name: "Read", width: 140, unit: unit.ago,
            expr: `${maxBy(byExporter, exporter("redis_exporter_config_last_reload_success_timestamp_seconds"))} *`
                + ` 1000`,
        },
        {
            name: "Scrapes", unit: unit.perSecond, decimals: 1, width: 100,
            expr: sumBy(byExporter, ownRate("redis_exporter_scrapes_total")),
        },
        {
            name: "Failed", unit: unit.perSecond, decimals: 1, width: 90,
            expr: sumBy(byExporter, ownRate("redis_exporter_scrape_failures_total")),
        },
        process("CPU", ownRate("process_cpu_seconds_total"), { unit: unit.ratio, decimals: 1, width: 90 }),
        process("Memory", exporter("process_resident_memory_bytes"), { unit: unit.bytes, width: 100 }),
        process("Descriptors", `${exporter("process_open_fds")} / ${exporter("process_max_fds")}`, {
            unit: unit.ratio, decimals: 1,
            steps: [{ from: null, colour: well }, { from: 0.8, colour: severityColour.warning }],
        }),
    ],
    sort: [{ by: "Exporter" }],
});

const okWords: Words = { 0: ["fails", severityColour.warning], 1: ["well", well], 2: ["as listed"] };
// Not below 0, where clocks differ.
const since = (metric: string) => `clamp_min(time() - (${metric} > 0), 0)`;

export const groupsTable = table({
    title: "Groups: found and compared", width: 11, unit: unit.count,
    noValue: "No group is discovered, or nothing is scraped now.",
    description: "When the nodes of each group were last found by Sentinels or the Cluster (others are as listed), and"
        + " last compared with each other. While discovery fails the last known nodes stay, and new ones are not"
        + " watched: the log says why. Empty without a configuration of groups.",
    key: [groupKey],
    columns: [
        {
            name: "Discovery", width: 105, words: okWords,
            expr: `${minBy("redis_group", group("redis_exporter_discovery_success"))}`
                + ` or on (redis_group) ${maxBy("redis_group", group("redis_group_comparison_timestamp_seconds"))} * 0`
                + ` + 2`,
        },
        {
            name: "Found, ago", width: 110, unit: unit.seconds, decimals: 1, steps: stepsOf("discovery_age_seconds"),
            expr: minBy("redis_group", since(group("redis_exporter_discovery_last_success_timestamp_seconds"))),
        },
        {
            name: "Took", width: 100, unit: unit.seconds,
            expr: maxBy("redis_group", group("redis_exporter_discovery_duration_seconds")),
        },
        {
            name: "Compared, ago", width: 125, unit: unit.seconds, decimals: 1, steps: stepsOf("discovery_age_seconds"),
            expr: minBy("redis_group", since(group("redis_group_comparison_timestamp_seconds"))),
        },
    ],
    sort: [{ by: "Discovery" }, { by: "Found, ago", down: true }],
});

const byCheck = `${byNode}, check`;
const checkKey: Key = { label: "check", name: "Check", width: 100 };

export const checksTable = table({
    title: "Checks of keys", width: 13, unit: unit.count, noValue: "No check is configured, or nothing is scraped now.",
    description: "Walks through keys run in the background, and a scrape tells the results of the last one: they are"
        + " as old as this says. A check that fails or takes longer than its interval: look at the log, and walk less"
        + " often or on a replica. Empty without checks.",
    key: [{ ...groupKey, width: 125 }, { ...nodeKey, width: 150 }, checkKey],
    columns: [
        { name: "Last run", width: 90, words: okWords, expr: minBy(byCheck, node("redis_exporter_check_success")) },
        {
            name: "Ended, ago", width: 105, unit: unit.seconds, decimals: 0,
            expr: minBy(byCheck, since(node("redis_exporter_check_timestamp_seconds"))),
        },
        {
            name: "Took", width: 80, unit: unit.seconds,
            expr: maxBy(byCheck, node("redis_exporter_check_duration_seconds")),
        },
        {
            name: "Limit", width: 80, words: { 0: ["kept", well], 1: ["cut short", severityColour.info] },
            expr: maxBy(byCheck, node("redis_exporter_check_truncated")),
        },
    ],
    sort: [{ by: "Last run" }, { by: "Ended, ago", down: true }],
});

/** Commands that the exporter sends; hardly anybody else does. */
const sent = `cmd=~"info|latency.*|slowlog.*|commandlog.*|config.get|client.list`
    + `|cluster.(info|nodes)|acl.(getuser|list|log)|sentinel.*|module.list"`;

/** Share of the main thread, by group and node. */
export const costOn = (part: typeof rate) => sumBy(byNode, part("redis_commands_duration_seconds_total", sent));
