// SPDX-License-Identifier: Apache-2.0
// Exporter: can I trust the data?
import {
    checksTable, collectorsTable, costOn, exportersTable, groupsTable, leftOut, nodesTable, ofProcess, partial,
} from "./exporter_tables.js";
import { alertTable } from "./alerts.js";
import {
    counted, countedWhereTold, exportersDown, minusOneOf, nodesDown, nodesLost, nodesUntold, notScraped, notTold,
    targets, targetsDown, told, whereTold,
} from "./known.js";
import { muted, noneIsWell, severityColour, unit, well } from "./look.js";
import { page } from "./page.js";
import { bars, heat, series, stat, type Placed } from "./panels.js";
import {
    asIs, countBy, countOf, exporter, group, highest, maxBy, most, node, nodeLegend, pageRate, rate, sumBy, toldOnce,
    top,
} from "./queries.js";
import { fromNode } from "./links.js";
import { byNode } from "./states.js";
import { stepsOf } from "./thresholds.js";

const small = { width: 3, height: 4 };

// How long scrapes took, and how long Prometheus waits for them. That it tells only with its feature
// extra-scrape-metrics.
const byTarget = "job, instance";
const took = (read = asIs) => maxBy(byTarget, targets("scrape_duration_seconds", read));
const deadline = maxBy(byTarget, targets("scrape_timeout_seconds"));
// What was refused at once took no time: only an answer tells, and one that was waited for in vain.
const ofDeadline = `${took()} / on (${byTarget}) ${deadline}`;
const answered = `on (${byTarget}) ${targets("up")} == 1`;

const untold = "The exporter does not tell.";
/** Of the nodes and groups, a figure that is not told while their exporter is down. */
const found = (figure: string) => `${figure} or ${minusOneOf(targetsDown)}`;

const partialNodes = `(${partial}) and on (${byNode}) ${node("redis_up")} == 1`;

const figures: Placed[] = [
    stat({
        ...small, title: "Not scraped", unit: unit.count, steps: noneIsWell("critical"), loud: true,
        noValue: "no metrics",
        description: "Targets of Prometheus that did not answer: the exporter is down, late or refuses. And groups of"
            + " the last day that no target tells of any more. Their panels show nothing, which is no sign of health."
            + " Prometheus's page of targets has the error.",
        expr: counted(notScraped, told(node("redis_up"))),
    }),
    stat({
        ...small, title: "Nodes down", unit: unit.count, steps: noneIsWell("critical"), loud: true,
        noValue: "not told", words: notTold,
        description: "Servers that do not answer the exporter, which itself works. Not told: some are not scraped. The"
            + " table of nodes below has the reason: refused and unreachable are the server or the network, auth and"
            + " noperm the exporter's user.",
        expr: nodesDown,
    }),
    stat({
        ...small, title: "Partial", unit: unit.count, steps: noneIsWell("warning"), loud: true, noValue: "not told",
        words: notTold,
        description: "Nodes that answer, but of which a collector had no reply, or not in time. What it tells is"
            + " missing on all pages. The tables below name nodes and collectors. Not told: none is known, and some"
            + " nodes are not scraped; empty with other exporters.",
        expr: countedWhereTold(partialNodes, node("redis_exporter_scrape_complete"), nodesUntold),
    }),
    stat({
        ...small, title: "Cut short", unit: unit.count, steps: noneIsWell("info"), loud: true, noValue: "not told",
        words: notTold,
        description: "Nodes that have more than a limit of the exporter lets through: connections, keys or names of"
            + " commands. What is shown is right, but not all. Not told: none is known, and some nodes are not scraped."
            + " Empty with other exporters.",
        expr: countedWhereTold(countBy(byNode, leftOut), node("redis_exporter_collector_truncated"), nodesUntold),
    }),
    stat({
        ...small, title: "Not found", unit: unit.count, steps: noneIsWell("warning"), loud: true, noValue: "no groups",
        words: notTold,
        description: "Groups whose nodes could not be found in the last round. The last known ones are still scraped,"
            + " new ones are not. The table of groups says since when. Empty without groups that Sentinels or a"
            + " Cluster tell.",
        expr: found(countedWhereTold(`${group("redis_exporter_discovery_success")} == 0`,
            group("redis_exporter_discovery_success"), exportersDown)),
    }),
    stat({
        ...small, title: "Failed checks", unit: unit.count, steps: noneIsWell("warning"), loud: true,
        noValue: "no checks", words: notTold,
        description: "Checks of keys, of nodes that answer, whose last run failed: what the Keyspace page tells of"
            + " them is old, or not whole. The exporter's log says why. Empty without checks.",
        expr: found(countedWhereTold(
            `${node("redis_exporter_check_success")} == 0 and on (${byNode}) ${node("redis_up")} == 1`,
            node("redis_exporter_check_success"), nodesUntold)),
    }),
    stat({
        ...small, title: "Configuration", unit: unit.count, loud: true, noValue: "not told",
        words: { ...notTold, 0: ["invalid", severityColour.critical], 1: ["valid", well] },
        description: "Invalid: the exporter could not use its configuration when it read it last, and goes on with the"
            + " one before; it would not start with it. The log names the line. Empty where only /scrape is scraped.",
        expr: whereTold(`min(${exporter("redis_exporter_config_last_reload_successful")})`, exportersDown, "== 0"),
    }),
    stat({
        ...small, title: "Of the deadline", unit: unit.ratio, steps: stepsOf("scrape_deadline_ratio"), decimals: 0,
        loud: true, noValue: "not told",
        description: "Duration of the slowest scrape, as a share of Prometheus's scrape_timeout. At 100 % all data of"
            + " that target is lost: raise the timeout, or lower the exporter's own. Empty where Prometheus does not"
            + " tell it: start it with --enable-feature=extra-scrape-metrics.",
        expr: `max(${ofDeadline} and ${answered} or ${ofDeadline} >= 1)`,
    }),
];

const durations: Placed[] = [
    series({
        title: "Slowest nodes", unit: unit.seconds, legend: "table", width: 12,
        description: "Time that a scrape of the node took, of the ten slowest. One far above the others: its server"
            + " is busy or far away. All at once: the exporter or its host is short of CPU.",
        lines: [{
            expr: toldOnce(top(10, maxBy(byNode, node("redis_exporter_last_scrape_duration_seconds")),
                maxBy(byNode, most(node("redis_exporter_last_scrape_duration_seconds"))))),
            legend: nodeLegend,
        }],
    }),
    heat({
        title: "Exchanges with servers", unit: unit.seconds, noValue: untold,
        description: "How many exchanges took how long, from the last byte of the commands out to the last reply in."
            + " A second band far up: some servers are slow at times, the panel beside may show which. Empty where"
            + " only /scrape is scraped.",
        expr: sumBy("le", `rate(${exporter("redis_exporter_exchange_duration_seconds_bucket")}[$__rate_interval])`),
    }),
    series({
        title: "Prometheus's scrapes", unit: unit.seconds, legend: "table",
        description: "Duration of Prometheus's scrapes of the ten slowest targets. With a page of all nodes, a few that"
            + " hang make it slow. At the timeout all data of the target is lost; the shortest timeout is a"
            + " line, empty where Prometheus does not tell it (--enable-feature=extra-scrape-metrics).",
        lines: [
            { expr: top(10, took(), took(most)), legend: "{{instance}}" },
            { expr: `min(${deadline})`, legend: "timeout", colour: severityColour.critical, dashed: true },
        ],
    }),
    series({
        title: "Connections made", unit: unit.perSecond, noValue: untold,
        description: "New connections per second of each exporter. It keeps one for each node, so that about none is"
            + " normal; many mean that servers or something between closes them, and each scrape pays for a handshake."
            + " Empty where only /scrape is scraped.",
        lines: [{
            expr: sumBy("instance", `rate(${exporter("redis_exporter_opened_connections_total")}[$__rate_interval])`),
            legend: "{{instance}}",
        }],
    }),
];

const failures: Placed[] = [
    series({
        title: "Failed scrapes by reason", unit: unit.perSecond, stacked: true,
        noValue: "No scrape is known to have failed.",
        description: "Scrapes of nodes per second that failed, by reason. refused, unreachable and dns: the server or"
            + " the network; timeout: it hangs; auth and noperm: the exporter's user. Empty when none failed in this"
            + " time.",
        lines: [{
            expr: `${sumBy("reason", `rate(${exporter("redis_exporter_scrape_failures_total")}[$__rate_interval])`)}`
                + ` and ${sumBy("reason",
                    `increase(${exporter("redis_exporter_scrape_failures_total")}[$__range] @ end())`)} > 0`,
            legend: "{{reason}}",
        }],
    }),
    series({
        title: "Nodes without whole data", unit: unit.count, stacked: true,
        description: "Nodes that Prometheus did not scrape, that did not answer, that answered in part, and of which a"
            + " limit left something out. A gap in other pages that is also here was the exporter's view, not the"
            + " server. What lost its target while others of its group kept theirs is not counted.",
        lines: [
            { expr: countOf(nodesLost), legend: "not scraped", colour: muted },
            { expr: countOf(`${node("redis_up")} == 0`), legend: "down", colour: severityColour.critical },
            { expr: countOf(partialNodes), legend: "partial", colour: severityColour.warning },
            { expr: countOf(countBy(byNode, leftOut)), legend: "cut short", colour: severityColour.info },
        ],
    }),
];

const cost: Placed[] = [
    series({
        title: "Main thread for monitoring", unit: unit.ratio, legend: "table",
        description: "Share of each server's main thread that the commands of the exporter take, of the ten highest."
            + " INFO of others, such as Sentinels and client libraries, is in it. Above 1 %: scrape less often, or"
            + " switch off the costliest collector, mostly latency_histogram.",
        lines: [{ expr: toldOnce(top(10, costOn(rate), costOn(pageRate))), legend: nodeLegend }],
    }),
    bars({
        title: "Slowest to answer", unit: unit.seconds, steps: stepsOf("probe_round_trip_seconds"), legend: nodeLegend,
        dataLinks: [fromNode], noValue: untold, width: 12,
        description: "Time from the exporter's last byte out to the last reply in, of the ten slowest nodes: an upper"
            + " bound of what a scrape costs the server. Slow: its main thread is busy, or the network is. Empty with"
            + " other exporters.",
        expr: highest(10, maxBy(byNode, node("redis_exporter_last_exchange_duration_seconds"))),
    }),
    series({
        title: "Commands sent", unit: unit.perSecond, noValue: untold,
        description: "Commands per second that each exporter sends to all its nodes. It follows the number of nodes and"
            + " how often, and by how many Prometheus servers, they are scraped. Empty where only /scrape is scraped.",
        lines: [{
            expr: sumBy("instance", `rate(${exporter("redis_exporter_sent_commands_total")}[$__rate_interval])`),
            legend: "{{instance}}",
        }],
    }),
    series({
        title: "Replies received", unit: unit.bytesPerSecond, noValue: untold,
        description: "Bytes per second of replies that each exporter reads. Far more than usual for as many nodes:"
            + " long lists of clients or of the slow log. Empty where only /scrape is scraped.",
        lines: [{
            expr: sumBy("instance", `rate(${exporter("redis_exporter_received_bytes_total")}[$__rate_interval])`),
            legend: "{{instance}}",
        }],
    }),
];

const process: Placed[] = [
    series({
        title: "CPU", unit: unit.ratio, noValue: untold,
        description: "CPUs that each exporter takes; it has one thread for its work. Near 100 % scrapes get slow:"
            + " scrape less often, or split the nodes among several exporters. Empty with --redis-only-metrics.",
        lines: [{
            expr: maxBy("instance", ofProcess(`rate(${exporter("process_cpu_seconds_total")}[$__rate_interval])`)),
            legend: "{{instance}}",
        }],
    }),
    series({
        title: "Memory", unit: unit.bytes, noValue: untold,
        description: "Resident memory of each exporter. It follows the number of nodes and of series; a slope that does"
            + " not end is a leak, which is a bug to report. Empty with --redis-only-metrics.",
        lines: [{
            expr: maxBy("instance", ofProcess(exporter("process_resident_memory_bytes"))), legend: "{{instance}}",
        }],
    }),
];

export const exporterPage = () => page({
    page: "exporter",
    description: "Can I trust the data? All green: what the other pages show is whole and of now. Else the tables name"
        + " the nodes and collectors of which data is missing. Below: how long scrapes take, why they failed, how old"
        + " background data is, and what monitoring costs the servers.",
    first: [...figures, nodesTable, collectorsTable, exportersTable],
    rows: [
        { title: "Alerts about scraping", panels: [alertTable({ height: 5, about: {
            subject: "scraping", names: "Redis(Exporter|Target|Scrape|GroupVanished|GroupNodesMissing|NodesNotScraped"
                + "|Discovery|MetricsTruncated|CheckFailed).*",
        } })] },
        { title: "Duration of scrapes", panels: durations },
        { title: "Failures", panels: failures },
        { title: "Data gathered in the background", panels: [groupsTable, checksTable] },
        { title: "Cost on the servers", panels: cost },
        { title: "The exporters' processes", panels: process },
    ],
});
