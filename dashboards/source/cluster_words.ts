// SPDX-License-Identifier: Apache-2.0
// Shards of a Cluster, and how evenly they carry it. A shard is its master here.
import { among } from "./among.js";
import { asIs, latest, maxBy, most, node, onNode, pageRate, rate, sumBy } from "./queries.js";
import { byNode, info } from "./states.js";

/** Masters with slots; redis_exporter does not tell of slots: all masters of Clusters. */
const shards = (read = asIs) => `(${read(node("redis_cluster_node_slots"))} > 0`
    + ` or ${read(info(`role="master", redis_mode="cluster"`))}`
    + ` unless ${onNode} ${read(node("redis_cluster_node_slots"))})`;
export const ofShards = `and ${onNode} ${shards()}`;

export const keys = sumBy(byNode, node("redis_db_keys"));
export const memory = maxBy(byNode, node("redis_memory_used_bytes"));
export const commands = maxBy(byNode, rate("redis_commands_processed_total"));
export const slots = maxBy(byNode, node("redis_cluster_node_slots"));

// Of the same size as in the alert RedisClusterShardImbalance: less is no burden for any node.
const ratio = (of: string, atLeast: number, read = asIs) => {
    const each = among(of, byNode, shards(read));
    return `max by (redis_group) (${each}) / (avg by (redis_group) (${each}) > ${atLeast})`;
};

/** The largest shard divided by the mean of the Cluster's, where it is large enough to matter. */
export const bySubject = { keys: ratio(keys, 1000), memory: ratio(memory, 104857600), commands: ratio(commands, 100) };

const all = (of: Record<string, string>) => Object.entries(of)
    .map(([subject, expr]) => `label_replace(${expr}, "of", "${subject}", "", "")`).join(" or ");

export const unevenness = all(bySubject);
export const unevennessAtEnd = all({
    keys: ratio(sumBy(byNode, most(node("redis_db_keys"))), 1000, latest),
    memory: ratio(maxBy(byNode, most(node("redis_memory_used_bytes"))), 104857600, latest),
    commands: ratio(maxBy(byNode, pageRate("redis_commands_processed_total")), 100, latest),
});
