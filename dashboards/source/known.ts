// SPDX-License-Identifier: Apache-2.0
// What was known within a day and is not known now: what is dead must not look well, nor vanish.
import { muted, severityColour, type Words } from "./look.js";
import { asIs, countAll, exporter, group, maxBy, node } from "./queries.js";

/** As it was told last before the page's end; what is gone for more than a day is taken to have been removed. */
export const remembered = (selected: string) => `last_over_time(${selected}[1d] @ end())`;

const jobs = `(${remembered(node("redis_up"))} or ${remembered(group("redis_group_expected_nodes"))})`;

// Of no group: pages of an exporter that tell of many nodes, and its own; not nodes without a group.
const groupless = (metric: string) => exporter(metric, `redis_group="", instance=~".*"`);
const pages = (metric: string, read = asIs) =>
    `(${read(groupless(metric))} unless on (job, instance) ${remembered(groupless("redis_up"))})`;

/** Series of Prometheus's about targets of the jobs that tell of chosen nodes: `up` is there for all others, too. */
export const targets = (metric: string, read = asIs) =>
    `((${read(node(metric))} or ${pages(metric, read)}) and on (job) ${jobs})`;

/** Those that do not answer Prometheus. */
export const targetsDown = `(${targets("up")} == 0)`;

/** Groups that such series were told of, and of which none of `now` is. */
export const untold = (past: string, now = node("redis_up")) =>
    `(group by (redis_group) (${remembered(past)}) unless on (redis_group) ${now})`;

/** Groups of which Prometheus knows no node any more: their exporter is down, or they are no targets now. */
export const groupsNotScraped = untold(node("redis_up"));

/** Down targets, and groups that no target is there for. */
export const notScraped = `(${targetsDown} or group by (redis_group, job) (${remembered(node("redis_up"))}`
    + ` and on (redis_group) ${groupsNotScraped})`
    + ` unless on (redis_group) (${node("up", `redis_group!=""`)} == 0)`
    + ` unless on (job) (${pages("up")} == 0))`;

/** Nodes by group and instance that a target is for which does not answer, as of an exporter beside its server. */
export const nodesNotScraped = `(${maxBy("redis_group, instance", node("up"))} == 0`
    + ` and on (redis_group, instance) ${remembered(node("redis_up"))}`
    + ` unless on (redis_group, instance) ${node("redis_up")})`;

/** How many there are, 0 only where there is something to count among: of what is not told there is no number. */
export const counted = (expr: string, of: string) => `${countAll(expr)} or ${countAll(of)} * 0`;

/** -1 while something is missing, instead of a figure; no number else. */
export const minusOneOf = (missing: string) => `${countAll(missing)} * 0 - 1`;

/** A figure that is well at 0 is so only where all is told; else it is -1, unless it is bad by what is told.
 * bad: of what is well at another number. */
export const whereTold = (figure: string, missing: string, bad = "> 0") =>
    `(${figure}) ${bad} or (${figure}) unless on () (${missing}) or ${minusOneOf(missing)}`;
export const notTold: Words = { "-1": ["not told", muted] };

/** Of a table's state that is `value` where nothing is known. */
export const notScrapedWord = ["not scraped", severityColour.critical] as const;
