// SPDX-License-Identifier: Apache-2.0
// How far replicas are behind, by redis_group and instance, which is the replica's: as the exporter
// compares both ends, else, of groups that it does not compare and for redis_exporter, as the master says.
import { countBy, group, maxBy, node } from "./queries.js";
import { byNode } from "./states.js";

/** Of what masters say of their replicas: the replica's address instead of the master's. Within the time of
 * a range a replica has several masters, so that instance must go before the new one comes. */
const ofReplica = (expr: string) =>
    `label_replace(max by (redis_group, replica) (label_join(${expr}, "replica", ":", "slave_ip", "slave_port")),`
    + ` "instance", "$1", "replica", "(.*)")`;
const byReplica = (expr: string) => maxBy(byNode, ofReplica(expr));

const unlessCompared = `unless on (redis_group) ${node("redis_group_replica_lag_bytes")}`;

// By all labels of the target: job, group and instance may be those of two.
const behindMaster = (at: string) => `clamp_min(${node("redis_master_repl_offset")}${at}`
    + ` - ignoring (slave_ip, slave_port, slave_state) group_right ()`
    + ` ${node("redis_connected_slave_offset_bytes")}${at}, 0)`;

export const lagBytes = `${maxBy(byNode, node("redis_group_replica_lag_bytes"))}`
    + ` or ${byReplica(behindMaster(""))} ${unlessCompared}`;

// Linked replicas that are scraped by another name than the address that their master has of them, as in a pod.
const otherwiseNamed = `${maxBy(byNode, `${group("redis_master_link_up")} == 1`)}`
    + ` unless on (redis_group, instance) (${lagBytes})`;
const unscraped = `(${lagBytes}) unless on (redis_group, instance) ${group("redis_up")}`;
const namedTwice = `(${unscraped}) and on (redis_group)`
    + ` (${countBy("redis_group", otherwiseNamed)} >= ${countBy("redis_group", unscraped)})`;

/** Without the replicas of groups that have as many scraped ones by other names: they would be told twice. */
export const toldOnce = (lag: string) => `(${lag}) unless on (redis_group, instance) (${namedTwice})`;
/** Replicas that only their masters tell of. */
export const unscrapedReplicas = toldOnce(unscraped);

/** The most within the page's time, to rank by. */
export const mostLagBytes = maxBy(byNode, `max_over_time(${node("redis_group_replica_lag_bytes")}[$__range] @ end())`)
    + ` or ${byReplica(behindMaster(" @ end()"))} ${unlessCompared} @ end()`;

/** Since the master heard the replica. */
export const silence = maxBy(byNode, node("redis_group_replica_lag_seconds", `end="master"`))
    + ` or ${byReplica(node("redis_connected_slave_lag_seconds"))} ${unlessCompared}`;
export const mostSilence =
    maxBy(byNode, `max_over_time(${node("redis_group_replica_lag_seconds", `end="master"`)}[$__range] @ end())`)
    + ` or ${byReplica(`max_over_time(${node("redis_connected_slave_lag_seconds")}[$__range] @ end())`)}`
    + ` ${unlessCompared} @ end()`;

// `when`: of a rate; `at`: of all else.
const masterWrites = (when: string) => `rate(${node("redis_master_repl_offset")}${when})`;
const has = (metric: string, at: string) => `${node(metric)}${at}`;
const now = "[$__rate_interval]";
const pageTime = "[$__range] @ end()";

const backlog = (when: string, at: string) => maxBy(byNode, has("redis_group_backlog_seconds", at))
    + ` or ${maxBy(byNode, `clamp_max(${has("redis_replication_backlog_bytes", at)}`
        + ` / (${masterWrites(when)} > 0), 86400)`)}`
    + ` and on (redis_group, instance) ${has("redis_connected_slaves", at)} > 0`
    + ` unless on (redis_group) ${has("redis_group_backlog_seconds", at)}`;

/** Seconds of writes that the backlog of a master with replicas holds; instance is the master's. */
export const backlogSeconds = backlog(now, "");
export const backlogSecondsAtEnd = backlog(pageTime, " @ end()");

const stream = (when: string, at: string) =>
    maxBy(byNode, `${masterWrites(when)} and on (redis_group, instance) ${has("redis_connected_slaves", at)} > 0`)
    + ` unless on (redis_group, instance) ${has("redis_master_link_up", at)}`;

/** Bytes per second that a master with replicas adds to its stream. */
export const written = stream(now, "");
export const pageWritten = stream(pageTime, " @ end()");
