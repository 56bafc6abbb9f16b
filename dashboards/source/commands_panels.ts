// SPDX-License-Identifier: Apache-2.0
// Commands and latency: commands, nodes, errors and pauses over time.
import { eventTable } from "./commands_tables.js";
import { fromNode, panelLink } from "./links.js";
import { unit } from "./look.js";
import { series, type Placed } from "./panels.js";
import {
    asIs, durationQuantile, durationsTold, mainThread, maxBy, meanOf, most, mostInSlowLog, newInSlowLogSince, node,
    nodeLegend, pageRate, rate, redirections, sumBy, top, topNodes,
} from "./queries.js";
import { byNode } from "./states.js";

type Rated = typeof rate;

const ofOne = `redis_group="$durations_of"`;
const callsOfOne = (rated: Rated) => sumBy("cmd", rated("redis_commands_total", ofOne));
const time = (rated: Rated) => sumBy("cmd", rated("redis_commands_duration_seconds_total"));
const meanOfOne = (rated: Rated) => `${sumBy("cmd", rated("redis_commands_duration_seconds_total", ofOne))}`
    + ` / (${callsOfOne(rated)} > 0)`;
const failuresOfOne = (rated: Rated) => `(${sumBy("cmd", rated("redis_commands_rejected_calls_total", ofOne))}`
    + ` + ${sumBy("cmd", rated("redis_commands_failed_calls_total", ofOne))})`;

export const untold = "No durations are told: servers before 7.0, or another exporter.";

const timeOfOne = sumBy("cmd", pageRate("redis_commands_latencies_usec_sum", ofOne));

export const commandPanels: Placed[] = [
    series({
        title: "Calls by command${details_title}", points: 90, unit: unit.opsPerSecond, legend: "table",
        description: "Calls per second of the ten commands that were called most, in the group chosen at the top"
            + " (Details of). A new name, or a step, is a release or a job of a client: ask whose.",
        lines: [{ expr: top(10, callsOfOne(rate), callsOfOne(pageRate)), legend: "{{cmd}}" }],
    }),
    series({
        title: "Time by command", points: 72, unit: unit.ratio, stacked: true, legend: "table",
        description: "Time that the ten costliest commands take, in main threads: 100 % is one thread's whole time, and"
            + " each node has one. Make the widest band rarer or cheaper first.",
        lines: [{ expr: top(10, time(rate), time(pageRate)), legend: "{{cmd}}" }],
    }),
    series({
        title: "Mean duration by command${details_title}", points: 90, unit: unit.seconds, legend: "table",
        logarithmic: true, min: 0.000001, noValue: "No call is known.",
        description: "Mean time on the server of the ten slowest commands, on a logarithmic axis; of the group chosen"
            + " at the top (Details of). One that became slower works on larger keys; if all did, the host is short"
            + " of CPU or memory. Empty where no command was called.",
        limit: { name: "command_mean_seconds", severities: ["warning"] },
        lines: [{ expr: top(10, meanOfOne(rate), meanOfOne(pageRate)), legend: "{{cmd}}" }],
    }),
    series({
        title: "p99 of the costliest commands${details_title}", unit: unit.seconds, legend: "table",
        logarithmic: true, min: 0.000001, noValue: untold, points: 90,
        description: "Time on the server that one in 100 calls exceeds, of the ten commands that take most time, on a"
            + " logarithmic axis; of the group chosen at the top (Details of). Far above the mean: some keys are much"
            + " larger than others. Empty with servers before 7.0.",
        limit: { name: "command_p99_seconds", severities: ["warning"], where: durationsTold },
        lines: [{ expr: durationQuantile(0.99, "cmd", `topk(10, ${timeOfOne})`), legend: "{{cmd}}" }],
    }),
];

const roundTrip = (window: string) =>
    maxBy(byNode, `quantile_over_time(0.5, ${node("redis_exporter_last_exchange_duration_seconds")}${window})`);

export const nodePanels: Placed[] = [
    series({
        title: "Main thread", points: 90, unit: unit.ratio, legend: "table",
        description: "Share of one CPU that the main thread takes, of the ten busiest nodes (the whole process before"
            + " 6.2). Above the limit commands queue: spread the load, or use I/O threads.",
        limit: { name: "main_thread_ratio", severities: ["warning"] },
        lines: [{
            expr: topNodes(maxBy(byNode, mainThread()), maxBy(byNode, mainThread(pageRate))), legend: nodeLegend,
            links: [fromNode],
        }],
    }),
    series({
        title: "Round trip", unit: unit.seconds, legend: "table", logarithmic: true, min: 0.00001,
        noValue: "The exporter does not tell.",
        description: "Time from the exporter's last byte out to the last reply in, the median of some scrapes, of the"
            + " ten slowest nodes, on a logarithmic axis: queueing and network are in it, unlike in the durations"
            + " above. All at once: the network or the exporter's host. Empty where the exporter does not tell.",
        limit: { name: "probe_round_trip_seconds", severities: ["warning", "critical"] },
        lines: [{
            expr: topNodes(roundTrip("[$__rate_interval]"), roundTrip("[$__range] @ end()")), legend: nodeLegend,
            links: [fromNode],
        }],
    }),
];

const errors = (rated: Rated) => sumBy("err", rated("redis_errors_total"));
// By the counter of all, which is one series of a node where kinds are twenty.
const errorsOfNode = (rated: Rated) => {
    const all = maxBy(byNode, rated("redis_total_error_replies"));
    return `${all} - (${sumBy(byNode, rated("redis_errors_total", redirections))} or ${all} * 0)`;
};

export const errorPanels: Placed[] = [
    series({
        title: "Errors by kind", points: 72, unit: unit.perSecond, width: 8,
        noValue: "No error in this time, or none is told.",
        description: "Error replies per second, by their first word, of the ten commonest. OOM: memory is full;"
            + " MISCONF: the disk refuses; READONLY: clients write to a replica; NOPERM, WRONGPASS: rights. MOVED and"
            + " ASK only send clients of a Cluster on. Empty where there was no error; servers before 6.2 do not tell.",
        lines: [{ expr: top(10, errors(rate), `${errors(pageRate)} > 0`), legend: "{{err}}" }],
    }),
    series({
        title: "Failed calls by command${details_title}", points: 90, unit: unit.perSecond, width: 8,
        noValue: "No call failed in this time, or none is told.",
        description: "Calls per second that were refused before they ran or that failed, of the ten commands with most,"
            + " in the group chosen at the top (Details of). It tells which client code the errors beside come from."
            + " Empty where none failed; servers before 6.2 do not tell.",
        lines: [{ expr: top(10, failuresOfOne(rate), `${failuresOfOne(pageRate)} > 0`), legend: "{{cmd}}" }],
    }),
    series({
        title: "Errors by node", points: 72, unit: unit.perSecond, width: 8,
        noValue: "No error in this time, or none is told.",
        description: "Error replies per second of the ten nodes with most, redirections of a Cluster left out. One node"
            + " alone: its memory, disk or role; all of a group: its clients. Empty where there was no error; servers"
            + " before 6.2 do not tell.",
        lines: [{
            expr: topNodes(errorsOfNode(rate), `(${errorsOfNode(pageRate)}) > 0`), legend: nodeLegend,
            links: [fromNode],
        }],
    }),
];

const newestSlow = (read = asIs) =>
    `${maxBy(byNode, read(node("redis_last_slow_execution_duration_seconds")))} > 0`;
const lastSpike = node("redis_latency_spike_last");
// The first of its kind changes nothing: it was not there before, of a node that was.
const spikes = maxBy("event_name", `${node("redis_latency_spike_duration_seconds")}`
    + ` and (changes(${lastSpike}[$__rate_interval]) > 0 or ${lastSpike} unless ${lastSpike} offset $__rate_interval`
    + ` and on (${byNode}) ${node("redis_up")} offset $__rate_interval == 1)`);
const forks = (expr: string) => `${maxBy(byNode, expr)} > 0`;
const loopSeconds = `${rate("redis_eventloop_duration_sum_usec_total")} / 1e6`;
const inCommands = `${rate("redis_eventloop_duration_cmd_sum_usec_total")} / 1e6`;

export const pausePanels: Placed[] = [
    series({
        title: "Slow log", points: 90, unit: unit.count, bars: true, stacked: true, legend: "table",
        noValue: "No new entry is known.",
        description: "New entries of the slow log, of the ten nodes with most; by default calls"
            + " over 10 ms. Each made all other clients wait: read them with SLOWLOG GET. Empty where there was none.",
        lines: [{
            expr: topNodes(maxBy(byNode, newInSlowLogSince), `${maxBy(byNode, mostInSlowLog)} > 0`),
            legend: nodeLegend, links: [fromNode],
        }],
    }),
    series({
        title: "Newest entry of the slow log", unit: unit.seconds, legend: "table", logarithmic: true, min: 0.0001,
        noValue: "No entry is known.",
        description: "How long the newest entry of the slow log took, on a logarithmic axis, of the ten nodes where"
            + " that is longest. It stays until there is another one. Empty where slow logs have no entry.",
        lines: [{ expr: topNodes(newestSlow(), newestSlow(most)), legend: nodeLegend, links: [fromNode] }],
    }),
    eventTable,
    series({
        title: "Latency events", unit: unit.seconds, width: 10, height: 9, bars: true, legend: "table",
        noValue: "None is known, or latency-monitor-threshold is 0.",
        description: "How long what stopped a server took, by kind, when it happened; the longest of all chosen nodes."
            + " Compare with the percentiles above: an event at the same time is the cause. Empty where"
            + " latency-monitor-threshold is 0, the default, or nothing took longer.",
        lines: [{ expr: spikes, legend: "{{event_name}}" }],
    }),
    series({
        title: "Last fork", unit: unit.seconds, legend: "table", logarithmic: true, min: 0.0001,
        noValue: "No fork is known.",
        description: "How long the last fork of a node took, of the ten nodes where it is longest, on a logarithmic"
            + " axis: that long no command ran. About 10 ms for each GiB is usual. Longer: transparent huge pages, or"
            + " a slow hypervisor. Empty where no node has forked.",
        limit: { name: "fork_seconds", severities: ["warning"], where: forks(node("redis_latest_fork_seconds")) },
        lines: [{
            expr: topNodes(forks(node("redis_latest_fork_seconds")), forks(most(node("redis_latest_fork_seconds")))),
            legend: nodeLegend, links: [fromNode],
        }],
        links: [panelLink("capacity")],
    }),
    series({
        title: "Event loop", unit: unit.ratio, stacked: true, noValue: "No server tells: before 7.2, or not scraped.",
        description: "What the main thread does, as a share of time, in the mean of the chosen nodes: commands, and all"
            + " else: reading from clients and writing to them, expiry, the AOF. Much else: many small calls, for which"
            + " pipelines or I/O threads help, or a slow disk under the AOF. Empty with servers before 7.2.",
        lines: [
            { expr: meanOf(inCommands), legend: "commands", colour: "blue" },
            { expr: meanOf(`${loopSeconds} - ${inCommands}`), legend: "all else", colour: "green" },
        ],
    }),
];
