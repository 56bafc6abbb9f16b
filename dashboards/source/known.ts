// SPDX-License-Identifier: Apache-2.0
// What was known and is not known now: what is dead must not look well, nor vanish.
import { muted, severityColour, type Words } from "./look.js";
import { known, longAgo, remembered } from "./memory.js";
import { anyNode, asIs, countAll, countBy, exporter, group, maxBy, minBy, node } from "./queries.js";

const byNode = "redis_group, instance";
const expected = "redis_group_expected_nodes";
const jobs = `(${known(node("redis_up"))} or ${known(group(expected))})`;

// Of no group: pages of an exporter that tell of many nodes, and its own; not nodes without a group.
const groupless = (metric: string) => exporter(metric, `redis_group="", instance=~".*"`);
const pages = (metric: string, read = asIs) =>
    `(${read(groupless(metric))} unless on (job, instance) ${known(groupless("redis_up"))})`;

/** Series of Prometheus's about targets of the jobs that tell of chosen nodes: `up` is there for all others, too. */
export const targets = (metric: string, read = asIs) =>
    `((${read(node(metric))} or ${pages(metric, read)}) and on (job) ${jobs})`;

/** Those that do not answer Prometheus. */
export const targetsDown = `(${targets("up")} == 0)`;

/** Of those, exporters that tell of what is no node's: groups, and themselves. */
export const exportersDown = `(${pages("up")} == 0 and on (job) ${jobs})`;

/** As it was told last. What is not told for more than a day is taken to have been removed, but for what is still
 * to be there: nodes that are down, targets that do not answer, and what they told of. */
export const told = (selected: string) => `(${remembered(selected)}`
    + ` or ${longAgo(selected)} and on (redis_group, instance) (${node("redis_up")} == 0 or ${node("up")} == 0)`
    + ` or ${longAgo(selected)} and on (job) (${pages("up")} == 0))`;

/** Groups that such series were told of, and of which none of `now` is. */
export const untold = (past: string, now = node("redis_up")) =>
    `(group by (redis_group) (${told(past)}) unless on (redis_group) ${now})`;

const downTargets = `(${node("up", `redis_group!=""`)} == 0 and on (job) ${jobs})`;

/** Nodes of groups of which Prometheus knows none any more: their exporter is down, or they are no targets now. Also
 * when that was long ago, while an exporter lists the group. What has no target while others of its group have was
 * mostly replaced by them. */
export const gone = `((${told(node("redis_up"))}`
    + ` or ${longAgo(node("redis_up"))} and on (redis_group) ${group(expected)})`
    + ` unless on (redis_group) ${node("redis_up")})`;
/** Such groups. */
export const groupsNotScraped = `group by (redis_group) (${gone} or ${downTargets}`
    + ` unless on (redis_group) ${node("redis_up")})`;

/** Down targets, and groups that no target is there for. */
export const notScraped = `(${targetsDown} or group by (redis_group, job) (${gone})`
    + ` unless on (redis_group) (${node("up", `redis_group!=""`)} == 0)`
    + ` unless on (job) (${pages("up")} == 0))`;

/** Nodes by group and instance that a target is for which does not answer, as of an exporter beside its server. */
export const nodesNotScraped = `(${maxBy(byNode, `${downTargets}`
    + ` or ${node("up", `redis_group=""`)} == 0 and on (redis_group, instance) ${known(node("redis_up"))}`)}`
    + ` unless on (redis_group, instance) ${node("redis_up")})`;

/** Of nodes that told `before`, those whose target does not answer: the same for less. before: by group and instance,
 * only of nodes. */
export const notScrapedOf = (before: string) => `(${maxBy(byNode, `${node("up")} == 0`)}`
    + ` and on (redis_group, instance) ${before} unless on (redis_group, instance) ${node("redis_up")})`;

/** Nodes not scraped at each moment of the page's time, of those told of until then: what came later is not lost. */
export const nodesLost = `${notScrapedOf(known(node("redis_up")))}`
    + ` or (${told(node("redis_up")).replaceAll("@ end()", "@ start()")}`
    + ` or last_over_time(${node("redis_up")}[$__range])) unless on (redis_group) ${node("redis_up")}`;

/** Nodes: 1 up, 0 down, -1 not scraped. Of several jobs one that does not reach it is enough. */
export const upOrNot = minBy(byNode, `${node("redis_up")} or (${gone} or ${nodesNotScraped}) * 0 - 1`);

/** How many nodes of a group an exporter has listed for minutes and no target is for, of groups that are scraped. */
export const nodesWithoutTarget = `(${maxBy("redis_group", `min_over_time(${group(expected)}[5m])`)}`
    + ` - on (redis_group) ${countBy("redis_group", `${group("redis_up", anyNode)}`
        + ` or ${group("up", `redis_group!="", ${anyNode}`)} == 0 and on (job) ${jobs}`)} > 0`
    + ` and on (redis_group) ${node("redis_up", `redis_group!=""`)})`;

/** How many there are, 0 only where there is something to count among: of what is not told there is no number. */
export const counted = (expr: string, of: string) => `${countAll(expr)} or ${countAll(of)} * 0`;

/** -1 while something is missing, instead of a figure; no number else. */
export const minusOneOf = (missing: string) => `${countAll(missing)} * 0 - 1`;

/** A figure that is well at 0 is so only where all is told; else it is -1, unless it is bad by what is told.
 * bad: of what is well at another number. */
export const whereTold = (figure: string, missing: string, bad = "> 0") =>
    `(${figure}) ${bad} or on () ${minusOneOf(missing)} or on () (${figure})`;
/** The same of what is counted: of is what it is counted among. */
export const countedWhereTold = (expr: string, of: string, missing: string) =>
    `${countAll(expr)} or on () ${minusOneOf(missing)} or on () ${countAll(of)} * 0`;
export const notTold: Words = { "-1": ["not told", muted] };

/** Of a table's state that is `value` where nothing is known. */
export const notScrapedWord = ["not scraped", severityColour.critical] as const;

/** Nodes of which nothing is told now; as many in one series that no target is for. */
export const nodesUntold = `${gone} or ${nodesNotScraped} or ${nodesWithoutTarget}`;
/** Nodes that are down; none only where all are told of. */
export const nodesDown = countedWhereTold(`${node("redis_up")} == 0`, node("redis_up"), nodesUntold);
