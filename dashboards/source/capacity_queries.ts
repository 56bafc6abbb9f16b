// SPDX-License-Identifier: Apache-2.0
// Capacity: growth, room, time until full, and the share of time in which groups were served. These are
// the rules' calculations (rules/source/capacity.yml and memory.yml), without their recorded series.
import {
    asIs, connections, countBy, group, limitOfGroup, maxBy, minBy, node, ofNoeviction, onNode, sumBy, type Read,
} from "./queries.js";
import { byNode } from "./states.js";

const WEEK = 7 * 24 * 3600;
const DAY = WEEK / 7;

// By the lowest points of an hour: neither a spike nor a daily rhythm is growth.
const added = (metric: string, past: string) =>
    `min_over_time(${node(metric)}[1h]) - min_over_time(${node(metric)}[1h] offset ${past})`;

/** What a week adds, by node. With less than a week of data it is the trend of the page's time, which
 * takes two hours to be seen at all. */
export const weekly = (metric: string, sum: typeof maxBy = maxBy) =>
    sum(byNode, `${added(metric, "1w")} or deriv(${node(metric)}[$__range:1h]) * ${WEEK}`);

/** What the last day added, by node. */
export const daily = (metric: string) => maxBy(byNode, added(metric, "1d"));

/** A server without maxmemory ends with its host's memory. */
const unlimited = `and ${onNode} ${node("redis_memory_max_bytes")} == 0`;
const max = (expr: string) => maxBy(byNode, expr);
const either = (limited: string, host: string) =>
    `${max(`${limited} ${ofNoeviction}`)} or ${max(`${host} ${unlimited}`)}`;

/** Bytes at which a node is full; none of caches, which evict then. */
export const limitBytes = either(`(${node("redis_memory_max_bytes")} > 0)`,
    `(${node("redis_total_system_memory_bytes")} > 0)`);
// Below 0 of a node that has more than its limit, as after the limit was lowered.
const left = either(
    `(${node("redis_memory_max_bytes")} > 0) - ${node("redis_memory_used_bytes")}`,
    `(${node("redis_total_system_memory_bytes")} > 0) - ${node("redis_memory_used_rss_bytes")}`);
export const room = `clamp_min(${left}, 0)`;
export const fullShare = `1 - (${left}) / (${limitBytes})`;
export const limitName = `label_replace(${max(`${node("redis_memory_max_bytes")} > 0 ${ofNoeviction}`)}, "limit",`
    + ` "maxmemory", "", "")`
    + ` or label_replace(${max(`${node("redis_total_system_memory_bytes")} ${unlimited}`)}, "limit", "host", "", "")`;

const maxclients = `((${node("redis_max_clients")} or ${node("redis_config_maxclients")}) > 0)`;
export const connectionsLeft = max(`clamp_min(${maxclients} - ${connections}, 0)`);
export const connectionsLimit = max(maxclients);

/** Longer is as good as never. */
export const NEVER = 10 * 365 * DAY;
/** In place of a time that cannot be told yet; last in a table. */
export const UNKNOWN = NEVER + 1;
/** In place of a time where there are caches alone. */
export const CACHES = UNKNOWN + 1;
const until = (left: string, growth: string, seconds: number) =>
    `clamp_max((${left}) / (${growth} > 0) * ${seconds}, ${NEVER})`;

/** full: those that are so now. */
type Left = { left: string; metric: string; full: string };
// Beyond its critical limit a node must not be last because its growth is small or not known yet.
export const memoryLeft: Left = {
    left: room, metric: "redis_memory_used_bytes",
    full: `(${fullShare}) > on (redis_group) group_left () ${limitOfGroup("memory_used_ratio", "critical")}`,
};
export const clientsLeft: Left = {
    left: connectionsLeft, metric: "redis_connected_clients", full: `(${connectionsLeft}) == 0`,
};

/** Seconds until nothing is left, by node, at the growth of a week. */
export const fullByWeek = ({ left, metric }: Left) => until(left, weekly(metric), WEEK);
/** The same at the growth of the last day. */
export const fullByDay = ({ left, metric }: Left) => until(left, daily(metric), DAY);

const named = (expr: string, name: string) => `label_replace(${expr}, "by", "${name}", "", "")`;
/** The faster growth of both, a second. */
const fastest = (metric: string) => maxBy(byNode, `${named(`${weekly(metric)} / ${WEEK}`, "week")}`
    + ` or ${named(`${daily(metric)} / ${DAY}`, "day")}`);
/** The sooner of both, and 0 of what is full; NEVER of those that do not grow (for which a growth that is next to
 * nothing stands), UNKNOWN of those that were not there. */
export const fullOrNever = ({ full, left, metric }: Left) => `(${full}) * 0`
    + ` or ${onNode} clamp_max((${left}) / clamp_min(${fastest(metric)}, 1e-9), ${NEVER})`
    + ` or ${onNode} (${left}) * 0 + ${UNKNOWN}`;

// ---- Hosts: the part of an address before the port ---------------------------------------------------

const ofHost = (expr: string) => `label_replace(${expr}, "host", "$1", "instance", "(.+?)(:[0-9]+)?")`;
const maxOfHost = (expr: string) => maxBy("host", ofHost(expr));
export const countOfHost = (expr: string) => countBy("host", ofHost(expr));
export const sumOfHost = (expr: string) => sumBy("host", ofHost(expr));

export const hostMemory = (read = asIs) => `(${maxOfHost(read(node("redis_total_system_memory_bytes")))} > 0)`;
export const resident = (read = asIs) => sumOfHost(read(node("redis_memory_used_rss_bytes")));
/** What a save or a rewrite of the AOF last copied, whichever was more, of each server. */
export const copiedBytes = (read = asIs) => {
    const rdb = read(node("redis_rdb_last_cow_size_bytes")), aof = read(node("redis_aof_last_cow_size_bytes"));
    return `${rdb} > ${aof} or ${aof}`;
};
export const lastCopy = (read = asIs) => maxOfHost(copiedBytes(read));
/** All of the largest server, which writes while it saves may copy. */
export const largest = (read = asIs) => maxOfHost(read(node("redis_memory_used_bytes")));
/** Which that is, where the host's memory is told. */
export const largestServer = `topk by (host) (1, ${maxBy("host, instance", ofHost(node("redis_memory_used_bytes")))})`
    + ` and on (host) ${hostMemory()}`;
/** Share of the host's memory that is left when so much is copied; below 0 it does not suffice. */
export const leftWhenCopied = (copied: (read?: Read) => string) =>
    `(${hostMemory()} - ${resident()} - ${copied()}) / ${hostMemory()}`;

// ---- Availability -----------------------------------------------------------------------------------

// One step a minute over a page of days is dear: only for the few series that groups have.
const first = (...exprs: string[]) => exprs.join(" or on (redis_group) ");
const nodes = `and on (redis_group) ${node("redis_up")}`;

/** 1 while a group is served, else 0: a Cluster says that it is well, others have a master. Servers that are
 * not compared with others: while they answer. */
export const served = first(
    maxBy("redis_group", node("redis_cluster_state")),
    `(${maxBy("redis_group", `${group("redis_group_masters")} >= bool 1`)} ${nodes})`,
    minBy("redis_group", node("redis_up")));

/** The share of the page's time. A Cluster's is that of the node that saw it well the longest; not of each node its
 * own share: one that was added after an outage saw none. */
export const availability = (at = "") => first(
    `${maxBy("redis_group", `sum_over_time(${node("redis_cluster_state")}[$__range]${at})`)}`
        + ` / ${maxBy("redis_group", `count_over_time(${node("redis_up")}[$__range]${at})`)}`,
    `(${maxBy("redis_group", `avg_over_time((${group("redis_group_masters")} >= bool 1)[$__range:1m]${at})`)}`
        + ` ${nodes})`,
    minBy("redis_group", `avg_over_time(${node("redis_up")}[$__range]${at})`));

// By tens of minutes; what is younger has one.
const watched = first(
    `${maxBy("redis_group", `count_over_time(${node("redis_up")}[$__range:10m])`)} * 600`,
    `${maxBy("redis_group", node("redis_up"))} * 0 + 600`);
/** Seconds, of the time that there are metrics of. */
export const unserved = `(1 - (${availability()})) * on (redis_group) (${watched})`;
/** Share that is left of the time that the objective allows a group to be away; below 0 it is missed, and
 * how far does not matter in the end. */
export const budgetLeft = `clamp_min(1 - (1 - (${availability()})) / (1 - $objective / 100), -10)`;
export const nodeAvailability = `avg_over_time(${node("redis_up")}[$__range])`;
