// SPDX-License-Identifier: Apache-2.0
// Commands and latency: the commands that take most time, the nodes that are slowest, latency events.
import { among } from "./among.js";
import { unit } from "./look.js";
import { longCalls, mainThread, maxBy, newInSlowLog, node, ofAnswering, rate, realErrors, sumBy } from "./queries.js";
import { byNode } from "./states.js";
import { groupKey, nodeKey, table, type Column, type Key } from "./table.js";
import { stepsOf } from "./thresholds.js";
import { toNode } from "./links.js";

const byCommand = "redis_group, cmd";

const commandKey: Key = { label: "cmd", name: "Command" };
const calls = rate("redis_commands_total");
const time = rate("redis_commands_duration_seconds_total");
const failures = `(${sumBy(byCommand, rate("redis_commands_rejected_calls_total"))}`
    + ` + ${sumBy(byCommand, rate("redis_commands_failed_calls_total"))})`;

/** Of commands that are called often enough for a mean, as in the rule. */
export const slowestMean = `${time} / (${calls} > 0 and increase(${node("redis_commands_total")}[15m]) > 100)`;

const dearest = `topk(25, ${maxBy(byCommand, time)} > 0)`;
const ofDearest = (name: string, expr: string, more: Partial<Column> = {}): Column =>
    ({ name, expr: among(expr, byCommand, dearest), ...more });

export const commandTable = table({
    title: "Commands, the costliest first", height: 7, unit: unit.count,
    noValue: "No call is known.",
    description: "The 25 commands that take most of a main thread: calls times duration, on the node where it is most"
        + " (Where). While one runs, all other clients of the node wait. Many calls: batch or cache; a long mean:"
        + " smaller keys, another command. Over 1 ms: share of calls, told by servers from 7.0 on.",
    key: [groupKey, commandKey],
    columns: [
        { name: "Thread", expr: dearest, unit: unit.ratio, decimals: 1, width: 110 },
        ofDearest("Calls", sumBy(byCommand, calls), { unit: unit.opsPerSecond, width: 130 }),
        ofDearest("Mean", `${sumBy(byCommand, time)} / (${sumBy(byCommand, calls)} > 0)`,
            { unit: unit.seconds, steps: stepsOf("command_mean_seconds"), width: 110 }),
        {
            name: "Over 1 ms", expr: longCalls(byCommand, dearest), unit: unit.ratio, decimals: 2, width: 110,
        },
        ofDearest("Failed", failures, { unit: unit.perSecond, decimals: 2, width: 110 }),
        {
            name: "Where", label: "instance", links: [toNode], width: 260,
            expr: `topk by (${byCommand}) (1, ${among(maxBy(`${byCommand}, instance`, time), byCommand, dearest)})`,
        },
    ],
    sort: [{ by: "Thread", down: true }],
});

/** As the rule takes it: single slow scrapes do not count. */
export const roundTripNow = `quantile_over_time(0.5, ${node("redis_exporter_last_exchange_duration_seconds")}[5m])`
    + ` ${ofAnswering}`;
export const slowLogNow = `${newInSlowLog("15m")} ${ofAnswering}`;

const ofNode = (name: string, expr: string, more: Partial<Column> = {}): Column =>
    ({ name, expr: maxBy(byNode, expr), ...more });

export const nodeTable = table({
    title: "Nodes, the slowest first", height: 9, unit: unit.count,
    noValue: "No metrics of Redis: is the exporter scraped?",
    description: "A row for each node, the longest mean of all calls first. Compare nodes of a group: one that is slow"
        + " alone has another load, or a worse host. Round trip: what the exporter waited, queueing and network"
        + " included. The address leads to the node's page.",
    key: [groupKey, nodeKey],
    columns: [
        {
            name: "Over 1 ms", expr: longCalls(byNode), unit: unit.ratio, decimals: 2, width: 100,
        },
        {
            name: "Mean", unit: unit.seconds, steps: stepsOf("command_mean_seconds"), width: 100,
            expr: `${sumBy(byNode, time)} / (${sumBy(byNode, calls)} > 0)`,
        },
        ofNode("Round trip", roundTripNow,
            { unit: unit.seconds, steps: stepsOf("probe_round_trip_seconds"), width: 130 }),
        ofNode("Main thread", mainThread(), {
            unit: unit.ratio, decimals: 1, steps: stepsOf("main_thread_ratio"), width: 110,
        }),
        ofNode("Slow log, 15 min", slowLogNow, { decimals: 0, steps: stepsOf("slow_commands"), width: 135 }),
        ofNode("Newest entry", `${node("redis_last_slow_execution_duration_seconds")} > 0`, {
            unit: unit.seconds, width: 110,
        }),
        ofNode("Last fork", `${node("redis_latest_fork_seconds")} > 0`,
            { unit: unit.seconds, steps: stepsOf("fork_seconds"), width: 100 }),
        {
            name: "Errors", expr: sumBy(byNode, rate("redis_errors_total", realErrors)), unit: unit.perSecond,
            decimals: 2, width: 95,
        },
        ofNode("Commands", rate("redis_commands_processed_total"), { unit: unit.opsPerSecond, width: 110 }),
    ],
    sort: [{ by: "Mean", down: true }, { by: "Round trip", down: true }],
});

const byEvent = `${byNode}, event_name`;
const latest = `topk(25, ${maxBy(byEvent, node("redis_latency_spike_last"))})`;
const ofEvent = (name: string, metric: string): Column => ({
    name, unit: unit.seconds, width: 100, expr: `${maxBy(byEvent, node(metric))} and on (${byEvent}) ${latest}`,
});

export const eventTable = table({
    title: "Latency events, the latest first", width: 14, height: 9, unit: unit.count,
    noValue: "None is known, or latency-monitor-threshold is 0.",
    description: "What stopped a server, by its own latency monitor: command (a slow one), fork, aof-write (the"
        + " disk), expire-cycle, eviction-cycle. LATENCY DOCTOR on the node says what to do. Empty where"
        + " latency-monitor-threshold is 0, the default, or nothing took longer.",
    key: [groupKey, nodeKey, { label: "event_name", name: "Event" }],
    columns: [
        { name: "Last", expr: `${latest} * 1000`, unit: unit.ago, width: 145 },
        ofEvent("Took", "redis_latency_spike_duration_seconds"),
        ofEvent("Longest", "redis_latency_spike_longest_seconds"),
    ],
    sort: [{ by: "Last", down: true }],
});
