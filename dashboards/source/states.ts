// SPDX-License-Identifier: Apache-2.0
// What tables judge groups and nodes by: the first of several conditions that holds.
import { countedWhereTold, minusOneOf, nodesNotScraped, notScrapedOf, untold } from "./known.js";
import { known, lastTime, toldAt } from "./memory.js";
import { roleWords, upWords, type Severity, type Words } from "./look.js";
import {
    anyNode, countAll, group, groupOfNodes, hitRatioOfCaches, limitOfGroup, maxBy, node, roleBy,
} from "./queries.js";
import { severities, threshold } from "./thresholds.js";

export const byGroup = "redis_group";
export const byNode = "redis_group, instance";

/** The first that there is, by group. */
export const first = (...exprs: string[]) => exprs.join(" or on (redis_group) ");

/** `value` for each group that has a series of expr. */
export const groupsOf = (expr: string, value = 1) => `${maxBy(byGroup, expr)} * 0 + ${value}`;

/** 0 for groups without a series; `of` picks the groups. */
export const orZeroOf = (expr: string, of: string) => `${expr} or on (redis_group) ${maxBy(byGroup, of)} * 0`;

export const info = (matcher: string) => node("redis_instance_info", matcher);

/** The role of each node as a number, 0 of those that do not answer. */
export const role = `${roleBy(byNode)} or ${maxBy(byNode, node("redis_up"))} == 0`;
export const roleOrDown: Words = { ...roleWords, 0: upWords[0]! };

/** Nodes that have been started anew, for so long since they answer again: the run has another name then, or, of
 * servers that have none, is shorter. What reads that time alone does not see them once they were away for longer. */
export function restarted(within: string): string {
    const hourBefore = (metric: string) => `last_over_time(${node(metric)}[1h] offset ${within})`;
    const runBefore = hourBefore("redis_instance_info");
    const uptime = "redis_uptime_in_seconds";
    return maxBy(byNode, `${node("redis_instance_info")}`
        + ` unless on (redis_group, instance, run_id) ${runBefore} and on (redis_group, instance) ${runBefore}`
        + ` or on (redis_group, instance) (${node(uptime)} < ${hourBefore(uptime)}) * 0 + 1`);
}

/** But for Sentinels, by group and instance: who was one is one. */
export const noSentinels = `unless on (redis_group, instance) ${known(info(`redis_mode="sentinel"`))}`;
const downNodes = `${maxBy(byNode, node("redis_up"))} == 0`;

// What is known of the dead must not change with the page's time. Nodes without a group are judged each for itself.
const was = (matcher: string) => known(info(matcher));
const wasReplica = was(`role="slave"`);
const wasAlone = `(${was(`role="master"`)} unless on (redis_group) ${was(`role="slave", redis_group!=""`)}`
    + ` unless on (redis_group, instance) ${was(`role="slave", redis_group=""`)})`;

/** Of the dead, those that are missed as replicas: they were one, or their group has a master without them: a former
 * one would come back as a replica. Masters of a group without replicas are none. */
export const replicasDown = `((${downNodes}) ${noSentinels} and on (redis_group, instance) (${wasReplica}`
    + ` or (${node("redis_up", `redis_group!=""`)} or ${node("up", `redis_group!=""`)})`
    + ` and on (redis_group) ${info(`role="master"`)} unless on (redis_group, instance) ${wasAlone}))`;

// Who serves although nobody scrapes it keeps the role that it told last.
const toldLast = `topk by (redis_group, instance) (1, ${lastTime(info(`role=~"master|slave"`))})`;
const wereLast = (role: string) => `(${toldLast} and on (role) label_replace(vector(1), "role", "${role}", "", ""))`;
/** Of the dead that are missed as replicas, those that were masters until then. */
export const formerMasters = `${replicasDown} and on (redis_group, instance) ${wereLast("master")}`;
/** Nodes that are not scraped, and that were replicas when they were. */
export const replicasNotScraped = notScrapedOf(wereLast("slave"));
/** Those that are down or not scraped. */
export const missedReplicas = `(${replicasDown} or ${replicasNotScraped})`;
/** Nodes that keep data and are not scraped. */
export const dataNotScraped = `(${nodesNotScraped} ${noSentinels})`;

/** Seconds since nodes that do not answer did so, by group and instance. */
export const silentFor = `(time() - ${maxBy(byNode, toldAt(node("redis_instance_info")))}`
    + ` unless on (redis_group, instance) ${node("redis_instance_info")})`;

/** Of the groups of which replicas are told, those of which no node answers. */
export const silentReplicas = untold(node("redis_master_link_up"), `(${node("redis_up")} == 1)`);
/** Replicas that are down, or have no link to their master; none only where all are told of. */
export const replicasCutOff = countedWhereTold(
    `${maxBy(byNode, `${node("redis_master_link_up")} == 0`)} or ${replicasDown}`, node("redis_master_link_up"),
    `${silentReplicas} or ${replicasNotScraped}`);

const answeringMasters = group("redis_instance_info", `role="master", redis_group!="", ${anyNode}`);
/** Masters whose target is down, of whose group no master answers; or that have no replica. */
export const mastersNotScraped = `${nodesNotScraped} and on (redis_group, instance) (${was(`role="master"`)}`
    + ` unless on (redis_group) ${answeringMasters} ${noSentinels} or ${wasAlone})`;

/** Groups with a master that is down and that has no replica; and, where nobody counts masters, groups with masters or
 * replicas none of which answers, or of which replicas alone do, none of which hears a master. */
export const mastersDown = `(${downNodes} ${noSentinels}) and on (redis_group, instance) ${wasAlone}`
    + ` or (${maxBy(byGroup, `${node("redis_up", `redis_group!=""`)} ${noSentinels}`)} == 0`
    + ` and on (redis_group) ${was(`role=~"master|slave"`)}`
    + ` or ${groupsOf(node("redis_master_link_up", `redis_group!=""`))}`
    + ` unless on (redis_group) ${group("redis_master_link_up", anyNode)} == 1`
    + ` unless on (redis_group) ${answeringMasters})`
    + ` unless on (redis_group) ${groupOfNodes("redis_group_masters")}`;

const hadRole = known(node("redis_instance_info"));
/** Nodes that are down, and of which nothing else is known any more, nor of others of their group: they may have been
 * Sentinels. */
export const unknownRoles = `(${node("redis_up", `redis_group!=""`)} == 0 unless on (redis_group) ${hadRole}`
    + ` or ${node("redis_up", `redis_group=""`)} == 0 unless on (redis_group, instance) ${hadRole})`;

/** Groups none of whose masters is there. */
export const withoutMaster =
    `(${first(groupsOf(`${groupOfNodes("redis_group_masters")} == 0`), groupsOf(mastersDown))})`;
/** Their last master, by group and address; the value is when it told so last, as Unix time. Prometheus remembers
 * all that were masters: the latest that is none now. */
export const lastMaster = maxBy("redis_group, master", `label_replace(topk by (redis_group) (1, ${maxBy(byNode,
    toldAt(info(`role="master", redis_mode!="sentinel"`)))} unless on (redis_group, instance) ${info(`role="master"`)})`
    + ` and on (redis_group) ${withoutMaster}, "master", "$1", "instance", "(.*)")`);

/** Clusters of which a master failed and was not replaced; or so many that they cannot agree on it. */
export const shardsDown = `(${node("redis_cluster_slots_fail")} > 0 or ${node("redis_cluster_slots_pfail")} > 0`
    + ` and on (redis_group, instance) ${node("redis_cluster_state")} == 0)`;

/** The worst value, with the label limit: the highest severity whose limit some group's value is beyond, then the
 * worst of these values; else `within`, or `none` where no group has a limit. of has the label redis_group; counts:
 * values that can be beyond. While something is missing it is -1 instead of `within`, and has no such label. While
 * others are silent it is theirs that are left, with the label `others`. */
export function judged({ name, of: value, counts = value, missing, silent }: {
    name: string; of: string; counts?: string; missing?: string; silent?: string;
}): string {
    const found = severities(name).reverse();
    const above = threshold(name, found[0]!).fires === "above";
    const worst = (expr: string, limit: string) =>
        `label_replace(${above ? "max" : "min"}(${expr}), "limit", "${limit}", "", "")`;
    const beyond = (severity: Severity) =>
        `(${counts}) ${above ? ">" : "<"} on (redis_group) group_left () ${limitOfGroup(name, severity)}`;
    const limited = `(${value}) and on (redis_group) ${limitOfGroup(name, found[0]!)}`;
    // The value is asked for once where others may be silent: these figures are dear, and have limits for all.
    const least = silent ? [`${above ? "max" : "min"}(${value}) * on () group_right () (`
        + `label_replace(vector(1) unless on () ${silent}, "limit", "within", "", "")`
        + ` or on () label_replace(vector(1), "limit", "others", "", ""))`]
        : [worst(limited, "within"), worst(value, "none")];
    return [
        ...found.map((severity) => worst(beyond(severity), severity)),
        ...missing ? [minusOneOf(missing)] : [], ...least,
    ].join(" or on () ");
}

/** Hit ratios of caches, which count as low where there are so many lookups as the rule asks for. */
export const judgedHits = {
    name: "hit_ratio", of: hitRatioOfCaches(), counts: hitRatioOfCaches(
        `> on (redis_group) group_left () ${limitOfGroup("hit_ratio_lookups_per_second", "warning")}`),
};

/** How many there are, with the label limit: critical if any of `critical` is there, else warning, and within when
 * there are none. of: what they are counted among; while something is missing it is -1 instead of 0. */
export function graded({ bad, critical, of, missing }: { bad: string; critical: string; of: string; missing: string }) {
    const as = (limit: string, expr: string) => `label_replace(${expr}, "limit", "${limit}", "", "")`;
    return [
        as("critical", `${countAll(bad)} and on () (${critical})`), as("warning", countAll(bad)),
        minusOneOf(missing), as("within", `${countAll(of)} * 0`),
    ].join(" or on () ");
}

/** What a counter has risen by within the page's time, in whole numbers. */
export const risen = (selected: string) => `round(increase(${selected}[$__range]))`;

/** The same of counters of groups, by labels: of several exporters that tell of one, by the one that tells most. */
export const risenInGroups = (labels: string, metric: string) =>
    `(${maxBy(labels, risen(group(metric)))} and on (redis_group) ${node("redis_up")})`;
/** What they rose by since the moment drawn before, so that each rise is one bar. */
export const newInGroups = (labels: string, metric: string) => `clamp_min(${maxBy(labels, group(metric))}`
    + ` - ${maxBy(labels, `${group(metric)} offset $__interval`)}, 0)`;
// A Cluster that was built without replicas lists as many nodes as it has masters: that is no fault; but who has
// Sentinels wants failover.
const wantFailover = `${ofGroups("redis_group_expected_nodes")} - ${ofGroups("redis_group_duplicate_nodes")}`
    + ` > ${ofGroups("redis_group_masters")} or ${ofGroups("redis_group_configured_sentinels")}`;
/** Groups with a master that no replica could replace. */
export const unprotected = `${ofGroups("redis_group_masters_without_candidate")} > 0 and on (redis_group)`
    + ` (${wantFailover})`;

function ofGroups(metric: string): string {
    return maxBy(byGroup, groupOfNodes(metric));
}

// Each is 0 where Sentinels cannot agree on a failover; where none of them answers, none tells of the quorum.
const quorums = ["redis_group_sentinel_quorum_reachable", "redis_group_agreeing_sentinels"];
export const configured = "redis_group_configured_sentinels";
export const noQuorum = first(...quorums.map((metric) => `${ofGroups(metric)} == 0`));
export const noReplica = first(unprotected,
    `${ofGroups("redis_group_failover_candidates")} == 0 and on (redis_group) ${ofGroups(configured)}`);
/** Groups that want failover, of which a node answers. */
export const comparedGroups = `(${wantFailover}) and on (redis_group) ${node("redis_up")} == 1`;
/** Nodes that keep data, where all answer, and none is a replica or has one: nothing is to be judged of replication. */
export const copiesAlone = `(${info(`role="master"`)} unless on () (${info(`role="slave"`)}`
    + ` or ${node("redis_connected_slaves")} > 0 or ${node("redis_up")} == 0 or ${node("up")} == 0))`;

export const failovers = risenInGroups(byGroup, "redis_group_failovers_total");
export const newFailovers = newInGroups(byGroup, "redis_group_failovers_total");
