// SPDX-License-Identifier: Apache-2.0
// Selectors and pieces of PromQL. Every query goes through node(), group() or exporter(), so that the
// variables hold everywhere. Nothing here needs recorded series.
import { among, labelsOf } from "./among.js";
import type { Severity } from "./look.js";
import { known } from "./memory.js";
import { isOnce, once, onceSummed, ofServers } from "./once.js";
import { threshold } from "./thresholds.js";

const chosenGroup = `job=~"$job", redis_group=~"$redis_group"`;
const chosenNode = `${chosenGroup}, instance=~"$instance"`;

const selector = (metric: string, chosen: string, more?: string) =>
    `${metric}{${chosen}${more ? `, ${more}` : ""}}`;

/** Series of the chosen nodes. more: further matchers, such as `role="master"`. */
export const node = (metric: string, more?: string) => selector(metric, chosenNode, more);

/** Series of the chosen groups that belong to no node: redis_threshold, and redis_group_* but for those
 * with the label instance, such as redis_group_replica_lag_bytes. */
export const group = (metric: string, more?: string) => selector(metric, chosenGroup, more);

// Groups that a chosen node belongs to. Where none is known the exporter still tells of the group: as its own
// instance, which All alone matches.
const ofChosenNodes = `(${node("redis_up")} or ${node("redis_group_expected_nodes")})`;

/** For group(): of all their nodes, not only of chosen ones. */
export const anyNode = `instance=~".*"`;

/** The same, only of groups that a chosen node belongs to: on pages where a node can be chosen. */
export const groupOfNodes = (metric: string, more?: string) =>
    `(${group(metric, more)} and on (redis_group) ${ofChosenNodes})`;

/** The exporter's own series, which have no group. */
export const exporter = (metric: string, more?: string) => selector(metric, `job=~"$job"`, more);

/** Per second, of counters of the chosen nodes. */
export const rate = (metric: string, more?: string) => `rate(${node(metric, more)}[$__rate_interval])`;

/** Per second over the whole page's time, as of its end: to rank by. */
export const pageRate = (metric: string, more?: string) => `rate(${node(metric, more)}[$__range] @ end())`;

/** How a gauge that is selected is read: as it is, or what to rank by: what it has been within the page's
 * time. What is not there any more at the page's end is ranked, too: it is what one looks for. */
export type Read = (selected: string) => string;
export const asIs: Read = (selected) => selected;
export const most: Read = (selected) => `max_over_time(${selected}[$__range] @ end())`;
export const least: Read = (selected) => `min_over_time(${selected}[$__range] @ end())`;
export const latest: Read = (selected) => `last_over_time(${selected}[$__range] @ end())`;

/** All of an expression as of the page's end, which Prometheus calculates once, not for each moment. */
export const allAtEnd = (expr: string) => expr.replaceAll(/\}(\[[^\]]*\])?/g, "$& @ end()");

export const maxBy = (labels: string, expr: string) => `max by (${labels}) (${expr})`;
export const minBy = (labels: string, expr: string) => `min by (${labels}) (${expr})`;

// Of several jobs that scrape the same servers (/sd and a page of the fleet, or two exporters) each server counts
// once: whatever sums or counts goes through these.
export const sumBy = (labels: string, expr: string) => ofServers(labels) && !isOnce(expr)
    ? onceSummed(expr, labels) : `sum by (${labels}) (${onceSummed(expr, labels)})`;
export const countBy = (labels: string, expr: string) => `count by (${labels}) (${once(expr, labels)})`;
export const sumOf = (expr: string) => `sum(${onceSummed(expr)})`;
export const meanOf = (expr: string) => `avg(${once(expr)})`;
export const countAll = (expr: string) => `count(${once(expr)})`;

/** The number, 0 when there is none: count() of nothing is no number. For lines; figures use counted(). */
export const countOf = (expr: string) => `${countAll(expr)} or vector(0)`;

/** The n series that are highest by `rank`, which must not change with time: topk() alone takes others
 * at every point, and draws more than n lines. rank has the labels of expr, and ends in `@ end()`. */
export const top = (n: number, expr: string, rank: string) => {
    const labels = labelsOf(expr);
    return labels ? among(expr, labels, `topk(${n}, ${rank})`) : `${expr} and topk(${n}, ${rank})`;
};

/** A name for nodes without a group, for legends. */
export const named = (expr: string) => `label_replace(${expr}, "redis_group", "no group", "redis_group", "")`;

/** Lines of the ten groups that have most of a counter's increase, or of a gauge. */
export const topGroupsByRate = (metric: string, more?: string) => named(top(10,
    sumBy("redis_group", rate(metric, more)), sumBy("redis_group", pageRate(metric, more))));
/** Only of those that have any. */
export const topGroupsWithAny = (metric: string, more?: string) => named(top(10,
    sumBy("redis_group", rate(metric, more)), `${sumBy("redis_group", pageRate(metric, more))} > 0`));
export const topGroups = (metric: string, more?: string) => named(top(10,
    sumBy("redis_group", node(metric, more)), sumBy("redis_group", most(node(metric, more)))));

/** The n nodes that have most now, for bars() with nodeLegend; expr is by redis_group and instance. A
 * server that is its own group has its address for both, which need not be told twice. */
export const highest = (n: number, expr: string) =>
    `sort_desc(${toldOnce(`topk(${n}, ${expr})`)})`;
export const toldOnce = (expr: string) => `label_replace(${expr}, "redis_group", "", "redis_group", ".*:[0-9]+")`;

/** Lines of the ten nodes that are highest by `rank`, with nodeLegend; both are by redis_group and
 * instance. */
export const topNodes = (expr: string, rank: string) => toldOnce(top(10, expr, rank));
export const nodeLegend = "{{instance}} {{redis_group}}";

/** Hits, as a share of lookups, by labels; nothing where nothing is looked up. */
export const hitRatio = (labels: string) => {
    const hits = sumBy(labels, rate("redis_keyspace_hits_total"));
    const misses = sumBy(labels, rate("redis_keyspace_misses_total"));
    return `${hits} / (${hits} + ${misses} > 0)`;
};

/** Hits as a share of lookups, of nodes that evict when memory is full: what the limit hit_ratio is for. */
export const hitRatioOfCaches = (lookups = "> 0") => {
    const of = (metric: string) => sumBy("redis_group, instance", `${rate(metric)} ${ofCaches}`);
    const hits = of("redis_keyspace_hits_total"), misses = of("redis_keyspace_misses_total");
    return `${hits} / (${hits} + ${misses} ${lookups})`;
};

/** Used memory as a share of maxmemory, of nodes that have one. */
export const memoryRatioAs = (read: Read) =>
    `${read(node("redis_memory_used_bytes"))} / (${read(node("redis_memory_max_bytes"))} > 0)`;
export const memoryRatio = memoryRatioAs(asIs);
/** Of nodes that refuse writes when they are full. */
export const refusingRatioAs = (read: Read) => `${memoryRatioAs(read)}`
    + ` and on (redis_group, instance) ${read(node("redis_instance_info", `maxmemory_policy="noeviction"`))}`;

/** Nodes by their version, in the label `version`; Valkey's own where there is one. */
export const versions = `label_replace(label_replace(${node("redis_instance_info")}, "version", "$1", "redis_version",`
    + ` "(.*)"),`
    + ` "version", "Valkey $1", "valkey_version", "(.+)")`;

/** The role as a number, by labels: 1 master, 2 replica, 3 Sentinel. */
export const roleBy = (labels: string) => [`role="master"`, `role="slave"`, `redis_mode="sentinel"`]
    .map((matcher, index) => `${maxBy(labels, node("redis_instance_info", matcher))} * ${index + 1}`).join(" or ");

export const onNode = "on (redis_group, instance)";

/** Only of nodes that refuse writes when memory is full, or that evict instead. */
export const ofNoeviction = `and ${onNode} ${node("redis_instance_info", `maxmemory_policy="noeviction"`)}`;
export const ofCaches = `and ${onNode} ${node("redis_instance_info", `maxmemory_policy!~"|noeviction"`)}`;

/** Only of nodes that have keys: Sentinels count expired ones and lookups, too. */
export const ofKeepers = `unless ${onNode} ${node("redis_instance_info", `redis_mode="sentinel"`)}`;

/** Caches that have a limit. */
export const limitedCaches = `${node("redis_memory_max_bytes")} > 0 ${ofCaches}`;

/** Only of nodes that answer: what is taken over a time outlives them. */
export const ofAnswering = `and ${onNode} ${node("redis_up")} == 1`;

/** Connections; the server counts those of the cluster bus, too. */
export const connections = `(${node("redis_connected_clients")}`
    + ` + (${node("redis_cluster_connections")} or ${node("redis_connected_clients")} * 0))`;
/** They as a share of maxclients. */
export const clientsRatio =
    `${connections} / ((${node("redis_max_clients")} or ${node("redis_config_maxclients")}) > 0)`;

/** Share of a CPU of the main thread, or of the whole process before 6.2. rated: rate, or pageRate. */
export const mainThread = (rated = rate) =>
    `(${rated("redis_cpu_user_main_thread_seconds_total")} + ${rated("redis_cpu_sys_main_thread_seconds_total")}`
    + ` or ${rated("redis_cpu_user_seconds_total")} + ${rated("redis_cpu_sys_seconds_total")})`;

/** Buckets are very many series, some hundred of a node: all of them only for the group that the variable
 * durations_of chooses. */
const ofOneGroup = `redis_group="$durations_of"`;

/** Calls per second by the bounds of buckets, and other labels; of that group. */
export const durations = (labels = "") =>
    sumBy(labels ? `${labels}, le` : "le", rate("redis_commands_latencies_usec_bucket", ofOneGroup));

/** Seconds that the share of that group's calls stays below, by labels; few: of these alone. */
export const durationQuantile = (share: number, labels = "", few?: string) =>
    `histogram_quantile(${share}, ${few ? among(durations(labels), labels, few) : durations(labels)}) / 1e6`;

/** Whether that group's nodes tell durations. */
export const durationsTold = node("redis_commands_latencies_usec_count", ofOneGroup);

const ofMillisecond = `le=~"1056([.]0)?"`;
/** Share of calls that took longer than a millisecond (1,056 µs, a bound of the servers, which Prometheus 3
 * writes as 1056.0), by labels. One bucket and the count cost far less than a p99, which matters with 200 nodes. Only
 * of commands that have the bucket: redis_exporter leaves out those that a server does not name. few: of these. */
export const longCalls = (labels: string, few?: string) => {
    const short = sumBy(labels, rate("redis_commands_latencies_usec_bucket", ofMillisecond));
    const all = sumBy(labels, `${rate("redis_commands_latencies_usec_count")} and ignoring (le)`
        + ` ${rate("redis_commands_latencies_usec_bucket", ofMillisecond)}`);
    return `1 - ${few ? among(short, labels, few) : short} / (${all} > 0)`;
};

const slowLog = { length: node("redis_slowlog_length"), newest: node("redis_slowlog_last_id") };
/** New entries of the slow log of each node within the time, as in the rule: the number of the newest is 0 while the
 * log is empty, as after SLOWLOG RESET, and then goes on. Was it empty within the time, then all that is in it is new;
 * else the numbers tell. */
export const newInSlowLog = (time: string) => `clamp_min(last_over_time(${slowLog.length}[${time}])`
    + ` and min_over_time(${slowLog.length}[${time}]) == 0 or delta(${slowLog.newest}[${time}]), 0)`;
/** The same since the moment drawn before, so that each entry is in one bar. */
export const newInSlowLogSince = `(${slowLog.length} and ${slowLog.newest} offset $__interval == 0`
    + ` or clamp_min(${slowLog.newest} - ${slowLog.newest} offset $__interval, 0))`;
/** What to rank by: what was in it before it was emptied counts. */
export const mostInSlowLog = `(${most(slowLog.length)} and ${least(slowLog.length)} == 0`
    + ` or ${most(slowLog.newest)} - ${least(slowLog.newest)})`;

/** Errors but for redirections of a Cluster. */
export const realErrors = `err!~"MOVED|ASK"`;
export const redirections = `err=~"MOVED|ASK"`;

/** The limit of rules for each of the chosen groups: what the exporter says, else the default. */
export const limitOfGroup = (name: string, severity: Severity) =>
    `(${maxBy("redis_group", group("redis_threshold", `name="${name}", severity="${severity}"`))}`
    + ` or on (redis_group) ${maxBy("redis_group", node("redis_up"))} * 0 + ${threshold(name, severity).value})`;

/** The same for the chosen nodes: of several groups the one that is reached first. */
export const limit = (name: string, severity: Severity) =>
    `${threshold(name, severity).fires === "above" ? "min" : "max"}(${limitOfGroup(name, severity)}`
    + ` and on (redis_group) ${node("redis_up")})`;

/** Alerts that fire for the chosen nodes, and for their groups as a whole. */
export const alerts = (more = "") => {
    const firing = `alertname=~"Redis.+", alertstate="firing"${more && `, ${more}`}`;
    return ofChosen("ALERTS", firing);
};

/** When the alerts of the chosen nodes and groups began, as Unix time. */
export const alertsSince = () => ofChosen("ALERTS_FOR_STATE", `alertname=~"Redis.+"`);

// Alerts of groups have neither instance nor, mostly, job; RedisGroupVanished fires for an hour, in which nothing
// else is known of its group. An exporter that is down has no group, and is all that is known of those it lists.
const ofChosen = (metric: string, matchers: string) => {
    const both = `${matchers}, job=~"$job|", redis_group=~"$redis_group"`;
    return `(${metric}{${both}, instance=~"$instance"} or ${metric}{${both}, instance=""}`
        + ` and on (redis_group) (last_over_time(${node("redis_up")}[1h]) or ${node("redis_group_expected_nodes")})`
        + ` or ${metric}{${matchers}, alertname="RedisExporterDown", job=~"$job|", redis_group="", instance=~".*"}`
        + ` and on (job, instance) ${known(group("redis_group_expected_nodes"))})`;
};
