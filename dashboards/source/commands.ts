// SPDX-License-Identifier: Apache-2.0
// Commands and latency: what is slow?
import { alertTable, severityBy, severityWords } from "./alerts.js";
import { commandPanels, errorPanels, nodePanels, pausePanels, untold } from "./commands_panels.js";
import { commandTable, nodeTable, roundTripNow, slowestMean, slowLogNow } from "./commands_tables.js";
import { unit, well } from "./look.js";
import { page } from "./page.js";
import { heat, series, stat, type Placed } from "./panels.js";
import {
    durationQuantile, durations, durationsTold, mainThread, node, rate, realErrors, sumOf,
} from "./queries.js";
import { silentNodes, silentOfLate } from "./silent.js";
import { queried, queriedText } from "./variables.js";

const small = { width: 3, height: 3 };

const names = "Redis(RoundTrip|Command|SlowCommands|Fork|MainThread|DangerousCommand).*";

const figures: Placed[] = [
    stat({
        ...small, title: "Worst alert", unit: unit.count, words: { 0: ["none", well], ...severityWords }, loud: true,
        noValue: "not told",
        description: "The highest severity of the alerts about latency and commands that fire; the table of alerts"
            + " names them. None, too, where Prometheus has not loaded the rules.",
        expr: `max(${severityBy("severity", names)}) or max(${node("redis_up")}) * 0`,
    }),
    stat({
        ...small, title: "Slowest mean", unit: unit.seconds, noValue: "–",
        description: "Mean time on the server of the slowest command of a node, of those called more than 100 times in"
            + " 15 minutes; empty while nothing is. While it runs, all other clients of the node wait. The tables say"
            + " which command it is.",
        judged: { name: "command_mean_seconds", of: slowestMean, silent: silentOfLate },
    }),
    stat({
        ...small, title: "Round trip", unit: unit.seconds, noValue: "–",
        description: "Time from the exporter's last byte out to the last reply in, of the slowest node, the median of 5"
            + " minutes: what a client beside the exporter sees, waiting included. High with a low p99: it is the"
            + " network, or the server stands still between commands. Empty where the exporter does not tell.",
        judged: { name: "probe_round_trip_seconds", of: roundTripNow, silent: silentNodes },
    }),
    stat({
        ...small, title: "Busiest thread", unit: unit.ratio,
        description: "Share of one CPU that the main thread takes on the busiest node (the whole process before 6.2)."
            + " All commands run there: near 100 % they queue. Look for the costliest command, or spread the load.",
        judged: { name: "main_thread_ratio", of: mainThread(), silent: silentNodes },
    }),
    stat({
        ...small, title: "Slow log", unit: unit.count, decimals: 0, noValue: "–",
        description: "New entries of the slow log within 15 minutes, of the node with most: by default calls over"
            + " 10 ms. Each made all other clients wait: read them with SLOWLOG GET on the node. Empty where the"
            + " exporter may not read the slow log.",
        judged: { name: "slow_commands", of: slowLogNow, silent: silentNodes },
    }),
    stat({
        ...small, title: "Longest fork", unit: unit.seconds,
        description: "How long a node stood still at its last fork, for a snapshot, an AOF rewrite or a replica; the"
            + " longest of the chosen nodes. It grows with memory: switch transparent huge pages off, or split the"
            + " data.",
        judged: { name: "fork_seconds", of: node("redis_latest_fork_seconds"), silent: silentNodes },
    }),
    stat({
        ...small, title: "Errors", unit: unit.perSecond, noValue: "–",
        description: "Error replies per second of all chosen nodes, redirections of a Cluster (MOVED, ASK) left out."
            + " Fast errors hide slowness: see their kinds below. Empty with servers before 6.2.",
        expr: sumOf(rate("redis_errors_total", realErrors)),
    }),
    stat({
        ...small, title: "Commands", unit: unit.opsPerSecond,
        description: "Commands per second of all chosen nodes. When it rises with the latency, the load is the cause;"
            + " when it falls, clients wait.",
        expr: sumOf(rate("redis_commands_processed_total")),
    }),
];

const distribution: Placed[] = [
    heat({
        title: "Durations of all commands${details_title}", unit: unit.microseconds, height: 7, noValue: untold,
        points: 90,
        description: "How many calls took how long on the servers of the group chosen at the top (Details of); a step"
            + " holds those up to its time, four times the step below. A second band above the usual one is another"
            + " kind of call; when all rise, it is the host. Empty with servers before 7.0.",
        expr: durations(),
    }),
    series({
        title: "Percentiles of all commands${details_title}", unit: unit.seconds, height: 7, logarithmic: true,
        min: 0.000001, noValue: untold, points: 90,
        description: "Time on the server that half of the calls and one in 100 exceed, on a logarithmic axis, in the"
            + " group chosen at the top (Details of). p99 far above p50: some calls cost much, or forks and slow disks"
            + " stop servers at times. Empty with servers before 7.0.",
        limit: { name: "command_p99_seconds", severities: ["warning"], where: durationsTold },
        lines: [
            { expr: durationQuantile(0.5), legend: "p50", colour: "green" },
            { expr: durationQuantile(0.99), legend: "p99", colour: "blue" },
        ],
    }),
];

// Of the chosen groups; the first one, until another is chosen.
const durationsOf = queried("durations_of", {
    label: "Details of",
    query: `label_values(${node("redis_commands_total")}, redis_group)`,
    description: "The group, of the chosen ones, of which the page shows durations, calls and failures over"
        + " time. With many nodes these are tens of thousands of series.",
}, true);

// Of nodes without a group the variable is empty, of which a title would end in a comma.
const detailsTitle = queriedText("details_title", {
    label: "Details of, in titles",
    expr: `label_replace(label_replace(vector(1), "name", ", $durations_of", "", ""),`
        + ` "name", ", no group", "name", ", ")`,
    description: "How titles end: with the group of which the panels show details.",
});

export const commands = () => page({
    page: "commands",
    refresh: "1m",
    more: [durationsOf, detailsTitle],
    description: "What is slow? The figures say how bad it is, the two graphs since when in one group, the table which"
        + " command of which group takes the time of the servers. Then commands and nodes over time, errors, and what"
        + " stops a server between commands: forks, the slow log, latency events.",
    first: [...figures, ...distribution, commandTable, alertTable({
        height: 5, about: { subject: "commands and latency", names },
    })],
    rows: [
        { title: "Commands", panels: commandPanels },
        { title: "Nodes", panels: [nodeTable, ...nodePanels] },
        { title: "Errors", panels: errorPanels },
        { title: "Slow log and pauses", panels: pausePanels },
    ],
});
