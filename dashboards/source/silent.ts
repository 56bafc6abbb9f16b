// SPDX-License-Identifier: Apache-2.0
// Nodes of which figures do not tell: they are of the others alone then, which are not known to be all.
import { node, onNode } from "./queries.js";

const up = node("redis_up");
const before = (selected: string, time: string) => `last_over_time(${selected}[${time}] @ end())`;

const silentWithin = (time: string) => `((${before(up, time)} or ${node("up", `redis_group!=""`)} == 0)`
    + ` unless ${onNode} ${before(node("redis_instance_info", `redis_mode="sentinel"`), time)}`
    + ` unless ${onNode} ${up} == 1`
    + ` unless on (redis_group) (${up} unless on (redis_group) (${up} == 0 or ${node("up")} == 0)))`;

/** Nodes that keep data, and that do not answer, whose target does not, or of whose group no node is known any more,
 * for a day. Not those without a target beside others of their group: they were replaced. */
export const silentNodes = silentWithin("1d");

/** The same, but that vanished groups are for 15 minutes: for queries over very many series, as Prometheus looks for
 * each series of a query in all the time that any part of it is about. */
export const silentOfLate = silentWithin("15m");
