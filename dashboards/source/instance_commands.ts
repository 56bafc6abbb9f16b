// SPDX-License-Identifier: Apache-2.0
// Instance: commands, errors and keys.
import { toOwnGroup } from "./links.js";
import { severityColour, unit, well, wordColour } from "./look.js";
import { series, type Placed } from "./panels.js";
import { hitRatio, newInSlowLogSince, node, pageRate, rate, sumBy, sumOf, top } from "./queries.js";

const mean = (part: typeof rate) =>
    `${sumBy("cmd", part("redis_commands_duration_seconds_total"))} / (${sumBy("cmd", part("redis_commands_total"))} >`
        + ` 0)`;
const quantile = (share: number) =>
    `histogram_quantile(${share}, ${sumBy("le", rate("redis_commands_latencies_usec_bucket"))}) / 1e6`;
const failures = (part: typeof rate) => sumBy("cmd",
    `${part("redis_commands_rejected_calls_total")} + ${part("redis_commands_failed_calls_total")}`);

export const commandPanels: Placed[] = [
    series({
        title: "Commands by name", unit: unit.opsPerSecond, legend: "table",
        description: "Calls per second of the ten commands that were called most. What the server is used for: a"
            + " new name, or a step, is a release or a job of a client.",
        links: [toOwnGroup("commands", "node")],
        lines: [{
            expr: top(10, sumBy("cmd", rate("redis_commands_total")), sumBy("cmd", pageRate("redis_commands_total"))),
            legend: "{{cmd}}",
        }],
    }),
    series({
        title: "Where the time goes", unit: unit.ratio, stacked: true, legend: "table",
        description: "Share of the main thread that each of the ten costliest commands takes: calls times duration."
            + " When it nears 100 %, all commands wait; look first at the widest band.",
        links: [toOwnGroup("commands", "node")],
        lines: [{
            expr: top(10, sumBy("cmd", rate("redis_commands_duration_seconds_total")),
                sumBy("cmd", pageRate("redis_commands_duration_seconds_total"))),
            legend: "{{cmd}}",
        }],
    }),
    series({
        title: "Mean duration by command", unit: unit.seconds, legend: "table", logarithmic: true, min: 0.000001,
        description: "Mean time on the server of the ten slowest commands, on a logarithmic axis. A command that"
            + " became slower works on larger keys, or the host is short of CPU or memory.",
        limit: { name: "command_mean_seconds", severities: ["warning"] },
        lines: [{ expr: top(10, mean(rate), mean(pageRate)), legend: "{{cmd}}" }],
    }),
    series({
        title: "Durations of all commands", unit: unit.seconds, logarithmic: true, min: 0.000001,
        description: "Time on the server that half, one in 100 and one in 1,000 calls exceed, on a logarithmic"
            + " axis. p99 far above p50: some calls cost much, or forks and slow disks stop the server at times."
            + " Servers before 7.0 do not tell.",
        limit: { name: "command_p99_seconds", severities: ["warning"] },
        lines: [
            { expr: quantile(0.5), legend: "p50", colour: "green" },
            { expr: quantile(0.99), legend: "p99", colour: "blue" },
            { expr: quantile(0.999), legend: "p99.9", colour: "yellow" },
        ],
    }),
    series({
        title: "Errors by kind", unit: unit.perSecond, noValue: "No error in this time, or none is told.",
        description: "Error replies per second, by their first word. OOM: memory is full; MISCONF: the disk refuses;"
            + " READONLY: clients write to a replica; NOPERM, WRONGPASS: rights. MOVED and ASK only send clients of"
            + " a Cluster on. Empty where there was no error in this time.",
        lines: [{
            expr: `${sumBy("err", rate("redis_errors_total"))} and ${sumBy("err", pageRate("redis_errors_total"))} > 0`,
            legend: "{{err}}",
        }],
    }),
    series({
        title: "Calls that failed, by command", unit: unit.perSecond,
        noValue: "No call failed in this time, or none is told.",
        description: "Calls per second that were rejected before they ran, or that failed: the ten commands with"
            + " most of them. It tells which client code the errors beside come from. Empty where none failed;"
            + " servers before 6.2 do not tell.",
        lines: [{ expr: `${top(10, failures(rate), `${failures(pageRate)} > 0`)}`, legend: "{{cmd}}" }],
    }),
    series({
        title: "Slow log", unit: unit.count, bars: true, points: 180, legend: "none", width: 24, height: 6,
        description: "New entries of the slow log, by default of calls over 10 ms. Each made all other clients wait"
            + " for its time: read them with SLOWLOG GET.",
        lines: [{ expr: sumOf(newInSlowLogSince), legend: "new entries" }],
    }),
];

export const keyPanels: Placed[] = [
    series({
        title: "Keys", unit: unit.count,
        description: "Keys of all databases, and those of them that have a TTL. Keys without TTL that only grow"
            + " fill the memory in the end; a sudden fall is a flush or a mass deletion.",
        links: [toOwnGroup("keyspace", "node")],
        lines: [
            { expr: sumOf(node("redis_db_keys")), legend: "all", colour: wordColour.allKeys },
            { expr: sumOf(node("redis_db_keys_expiring")), legend: "with a TTL", colour: wordColour.withTtl },
        ],
    }),
    series({
        title: "Keys that leave", unit: unit.perSecond,
        description: "Keys per second that expired, and that were evicted because memory was full. Evictions of a"
            + " cache are its work; many of them push out what clients still need, and the hit ratio falls.",
        limit: { name: "evictions_per_second", severities: ["warning"] },
        lines: [
            { expr: sumOf(rate("redis_expired_keys_total")), legend: "expired", colour: wordColour.expired },
            { expr: sumOf(rate("redis_evicted_keys_total")), legend: "evicted", colour: wordColour.evicted },
        ],
    }),
    series({
        title: "Lookups", unit: unit.opsPerSecond, stacked: true,
        description: "Lookups per second that found their key, and that did not. Misses that rise while hits stay:"
            + " clients ask for what is not there any more.",
        lines: [
            { expr: sumOf(rate("redis_keyspace_hits_total")), legend: "hits", colour: well },
            { expr: sumOf(rate("redis_keyspace_misses_total")), legend: "misses", colour: severityColour.warning },
        ],
    }),
    series({
        title: "Hit ratio", unit: unit.ratio, softMax: 1, legend: "list", noValue: "No lookups are known.",
        description: "Lookups that found their key, as a share of all. Empty while nothing is looked up. For a cache,"
            + " below the limit most of the work is left to the database behind it.",
        limit: { name: "hit_ratio", severities: ["warning"], where: hitRatio("job") },
        lines: [{ expr: hitRatio("job"), legend: "hit ratio", colour: "green" }],
    }),
];
