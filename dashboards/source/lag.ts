// SPDX-License-Identifier: Apache-2.0
// How far replicas are behind, by redis_group and instance, which is the replica's: as the exporter
// compares both ends, else, of groups that it does not compare and for redis_exporter, as the master says.
import { anyNode, asIs, countBy, group, latest, least, maxBy, most, node, pageRate, rate } from "./queries.js";
import { byNode, info } from "./states.js";

/** Of what masters say of their replicas: the replica's address instead of the master's. Within the time of
 * a range a replica has several masters, so that instance must go before the new one comes. */
const ofReplica = (expr: string) =>
    `label_replace(max by (redis_group, replica) (label_join(${expr}, "replica", ":", "slave_ip", "slave_port")),`
    + ` "instance", "$1", "replica", "(.*)")`;
const byReplica = (expr: string) => maxBy(byNode, ofReplica(expr));

const unlessCompared = (read = asIs) =>
    `unless on (redis_group) ${read(node("redis_group_replica_lag_bytes"))}`;

// By all labels of the target: job, group and instance may be those of two.
const behindMaster = (read = asIs) => `clamp_min(${read(node("redis_master_repl_offset"))}`
    + ` - ignoring (slave_ip, slave_port, slave_state) group_right ()`
    + ` ${read(node("redis_connected_slave_offset_bytes"))}, 0)`;

export const lagBytes = `${maxBy(byNode, node("redis_group_replica_lag_bytes"))}`
    + ` or ${byReplica(behindMaster())} ${unlessCompared()}`;

const twoSeconds = (more?: string) => `2 * ${maxBy(byNode, rate("redis_master_repl_offset", more))}`;
// By what the replica itself takes in; of one that is scraped by another name, or not at all, what its group writes.
const normal = `((${lagBytes}) <= on (redis_group, instance) ${twoSeconds()}`
    + ` or ((${lagBytes}) unless on (redis_group, instance) ${twoSeconds()})`
    + ` <= on (redis_group) group_left () max by (redis_group) (${twoSeconds(`redis_group!=""`)}))`;
/** What counts as too far behind, as in the rule: not what two seconds write, nor of replicas that copy all data. */
export const lagThatCounts = `((${lagBytes}) unless on (redis_group, instance) ${normal}`
    + ` unless on (redis_group, instance) ${node("redis_master_sync_in_progress")} == 1)`;

// Linked replicas that are scraped by another name than the address that their master has of them, as in a pod.
const otherwiseNamed = `${maxBy(byNode, `${group("redis_master_link_up", anyNode)} == 1`)}`
    + ` unless on (redis_group, instance) (${lagBytes})`;
const unscraped = `(${lagBytes}) unless on (redis_group, instance) ${group("redis_up", anyNode)}`;
const namedTwice = `(${unscraped}) and on (redis_group)`
    + ` (${countBy("redis_group", otherwiseNamed)} >= ${countBy("redis_group", unscraped)})`;

/** Without the replicas of groups that have as many scraped ones by other names: they would be told twice. */
export const underOneName = (lag: string) => `(${lag}) unless on (redis_group, instance) (${namedTwice})`;
/** Replicas that only their masters tell of. */
export const unscrapedReplicas = underOneName(unscraped);

/** The most within the page's time, to rank by. */
export const mostLagBytes = maxBy(byNode, most(node("redis_group_replica_lag_bytes")))
    + ` or ${byReplica(behindMaster(latest))} ${unlessCompared(latest)}`;

/** Since the master heard the replica. */
export const silence = maxBy(byNode, node("redis_group_replica_lag_seconds", `end="master"`))
    + ` or ${byReplica(node("redis_connected_slave_lag_seconds"))} ${unlessCompared()}`;
export const mostSilence = maxBy(byNode, most(node("redis_group_replica_lag_seconds", `end="master"`)))
    + ` or ${byReplica(most(node("redis_connected_slave_lag_seconds")))} ${unlessCompared(latest)}`;

const offset = "redis_master_repl_offset";
const withReplicas = (read = asIs) => `and on (redis_group, instance) ${read(node("redis_connected_slaves"))} > 0`;

// rated: the bytes written per second; shortest, read: as of a moment, or of the page's time.
const backlog = (rated: string, shortest = asIs, read = asIs) =>
    maxBy(byNode, shortest(node("redis_group_backlog_seconds")))
    + ` or ${maxBy(byNode, `clamp_max(${read(node("redis_replication_backlog_bytes"))} / (${rated} > 0), 86400)`)}`
    + ` ${withReplicas(read)} unless on (redis_group) ${read(node("redis_group_backlog_seconds"))}`;

/** Seconds of writes that the backlog of a master with replicas holds; instance is the master's. */
export const backlogSeconds = backlog(rate(offset));
/** The least within the page's time, to rank by. */
export const leastBacklogSeconds = backlog(pageRate(offset), least, most);

/** Bytes per second that a master with replicas adds to its stream. */
export const written = `${maxBy(byNode, `${rate(offset)} ${withReplicas()}`)}`
    + ` unless on (redis_group, instance) ${node("redis_master_link_up")}`;
/** To rank by; the master of before a failover is a replica at the page's end. */
export const pageWritten = `${maxBy(byNode, `${pageRate(offset)} ${withReplicas(most)}`)}`
    + ` and on (redis_group, instance) ${latest(info(`role="master"`))}`;
