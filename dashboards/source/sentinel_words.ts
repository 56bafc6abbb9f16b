// SPDX-License-Identifier: Apache-2.0
// What Sentinels say. They are scraped in groups of their own, so that the variables choose a Sentinel
// when it is chosen itself, or when the master that it names is a chosen node. redis_exporter has these
// names, too.
import { exporter, maxBy, node } from "./queries.js";

/** Not only of chosen nodes: the chosen group is that of the master. */
export const anywhere = (metric: string, more?: string) =>
    exporter(metric, `redis_group=~".*", instance=~".*"${more ? `, ${more}` : ""}`);

/** Of each Sentinel, about each of its masters. */
export const byOpinion = "instance, master_name";

const asMaster = (nodes: string) => `label_replace(${nodes}, "master_address", "$1", "instance", "(.*)")`;

type Over = (selected: string) => string;

/** Series with the labels master_name and master_address, of chosen Sentinels and about chosen masters. */
export function said(metric: string, over: Over = (selected) => selected): string {
    return `(${over(node(metric))} or ${over(anywhere(metric))}`
        + ` and on (master_address) ${asMaster(node("redis_up"))})`;
}

/** A figure of each opinion. */
export const opinion = (metric: string) => maxBy(byOpinion, said(metric));

const quorum = maxBy(byOpinion, anywhere("redis_sentinel_master_ckquorum_status")); // has no master_address

/** 1: the Sentinel sees enough others for a failover. */
export const canAct = `${quorum} and on (${byOpinion}) ${said("redis_sentinel_master_status")}`;

const unwatched = (expr: string) => `${expr} unless on (master_address)`
    + ` ${asMaster(`(${anywhere("redis_up")} and on (redis_group)`
        + ` ${exporter("redis_group_answering_sentinels", `redis_group=~".*"`)})`)}`;

/** About masters that are no node of a group which the exporter discovers: nobody compares what Sentinels
 * say of them. */
export const alone = (metric: string) => maxBy("master_name, master_address", unwatched(said(metric)));
export const aloneCanAct = maxBy("master_name, master_address",
    `(${unwatched(said("redis_sentinel_master_status"))}) * 0 + on (${byOpinion}) group_left () ${quorum}`);
/** Those of them of which a quorum agrees that they are down. */
export const aloneDown = maxBy("master_name, master_address", unwatched(`(${said("redis_sentinel_master_status")}`
    + ` and on (${byOpinion}) ${anywhere("redis_sentinel_master_state", `state="odown"`)} == 1)`));

const members = maxBy("watched, master_address", asMaster(`label_replace(topk by (instance)`
    + ` (1, ${maxBy("redis_group, instance", anywhere("redis_up"))}), "watched", "$1", "redis_group", "(.*)")`));

/** Opinions with the group of the node that they name, as the label watched. */
export const watched = `(${maxBy(`${byOpinion}, master_address`, said("redis_sentinel_master_status"))} * 0`
    + ` + on (master_address) group_left (watched) (${members} * 0))`;

const naming = "watched, master_name, master_address";
const share = `count by (${naming}) (${watched}) / on (watched, master_name) group_left ()`
    + ` count by (watched, master_name) (${watched})`;

/** 1: more than half of the scraped Sentinels of the master's group name the same address, else 0. */
export const agrees = maxBy(byOpinion, `${watched} + on (${naming}) group_left () (${share} > bool 0.5)`);

const roleOf = (matcher: string) => maxBy("instance", anywhere("redis_instance_info", matcher));

/** What the server that is named as master says of itself: 1 master, 2 replica, 0 nothing. */
export const named = maxBy(byOpinion, `${watched} + on (master_address) group_left () ${asMaster(
    `(${roleOf(`role="master"`)} or ${roleOf(`role="slave"`)} * 2 or ${maxBy("instance", anywhere("redis_up"))} ==`
        + ` 0)`)}`);

const status = "redis_sentinel_master_status";

/** 0 the Sentinel reaches the master, 1 it does not, 2 a quorum agrees that it is down. */
export const seen = `(${maxBy(byOpinion, anywhere("redis_sentinel_master_state", `state="odown"`))} == 1`
    + ` and on (${byOpinion}) ${said(status)}) + 1`
    + ` or on (${byOpinion}) (${opinion(status)} == 0) + 1 or on (${byOpinion}) ${opinion(status)} * 0`;
