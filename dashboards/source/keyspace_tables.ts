// SPDX-License-Identifier: Apache-2.0
// Keyspace: groups, databases, groups of keys, single keys.
import { among } from "./among.js";
import { unit } from "./look.js";
import { asIs, countBy, hitRatio, maxBy, node, ofKeepers, onNode, rate, sumBy, type Read } from "./queries.js";
import { byGroup } from "./states.js";
import { groupKey, nodeKey, table, type Column, type Key } from "./table.js";
import { stepsOf } from "./thresholds.js";


/** Sums by group (or more labels) of masters alone: their replicas have the same keys. Of the chosen
 * replicas, where no master of the group is chosen. expr: by the same labels and instance; read: as in expr. */
const ofMasters = (expr: string, by = byGroup, read = asIs) => {
    const masters = read(node("redis_instance_info", `role="master"`));
    const others = `${read(node("redis_up"))} unless on (redis_group) ${masters}`;
    return `sum by (${by}) (${expr} and ${onNode} (${masters} or ${others}))`; // nodes are there once already
};
// Sums of nodes first: what is joined then are few series.
const ofNodes = (by: string, expr: string) => sumBy(`${by}, instance`, expr);

/** read: the nodes and their roles, and, without `of`, the metric. */
type Keys = { by?: string; read?: Read; of?: Read };
/** Such sums of a metric. */
export const keysOf = (metric: string, { by = byGroup, read = asIs, of }: Keys = {}) =>
    ofMasters(ofNodes(by, (of ?? read)(node(metric))), by, read);

/** Keys without a TTL. */
export const keysWithoutTtl = (read = asIs) => ofMasters(`(${ofNodes(byGroup, read(node("redis_db_keys")))}`
    + ` - ${ofNodes(byGroup, read(node("redis_db_keys_expiring")))})`, byGroup, read);

const keys = keysOf("redis_db_keys");

export const groupTable = table({
    title: "Groups, the largest first", height: 7, unit: unit.count,
    noValue: "No metrics of Redis: is the exporter scraped?",
    description: "A row for each group; click on it for its page. Change: how many more keys there are than when the"
        + " page's time began; bytes a key: data divided by keys; stale: expired keys that still use memory, of the"
        + " worst node. Replicas count only where no master of the group is chosen.",
    key: [groupKey],
    columns: [
        { name: "Keys", expr: keys, width: 105 },
        {
            name: "Change", expr: keysOf("redis_db_keys", { of: (one) => `delta(${one}[$__range])` }), decimals: 0,
            width: 95,
        },
        { name: "Without TTL", expr: keysWithoutTtl(), width: 110 },
        { name: "Data", expr: keysOf("redis_memory_used_dataset_bytes"), unit: unit.bytes, width: 105 },
        {
            name: "Bytes a key", expr: `${keysOf("redis_memory_used_dataset_bytes")} / (${keys} > 0)`, unit: unit.bytes,
            width: 110,
        },
        { name: "Lookups", width: 120, unit: unit.opsPerSecond,
            expr: sumBy(byGroup,
                `(${rate("redis_keyspace_hits_total")} + ${rate("redis_keyspace_misses_total")}) ${ofKeepers}`) },
        { name: "Hit ratio", expr: hitRatio(byGroup), unit: unit.ratio, decimals: 1, width: 95 },
        {
            name: "Expired", unit: unit.perSecond, decimals: 1, width: 95,
            expr: sumBy(byGroup, `${rate("redis_expired_keys_total")} ${ofKeepers}`),
        },
        {
            name: "Evicted", unit: unit.perSecond, decimals: 1, width: 95,
            expr: sumBy(byGroup, `${rate("redis_evicted_keys_total")} ${ofKeepers}`),
        },
        {
            name: "Stale", unit: unit.ratio, decimals: 1,
            expr: `${maxBy(byGroup, `${node("redis_expired_stale_percentage")} ${ofKeepers}`)} / 100`,
            steps: stepsOf("expired_stale_ratio"), width: 80,
        },
        {
            name: "When full", label: "maxmemory_policy",
            expr: `topk by (redis_group) (1, ${countBy("redis_group, maxmemory_policy",
                node("redis_instance_info", `maxmemory_policy!=""`))})`,
        },
    ],
    sort: [{ by: "Keys", down: true }],
});

const byDatabase = "redis_group, db";
const largest = `topk(25, ${keysOf("redis_db_keys", { by: byDatabase })} > 0)`;
const ofLargest = (name: string, expr: string, more: Partial<Column> = {}): Column =>
    ({ name, expr: among(expr, byDatabase, largest), ...more });
const databaseKey: Key = { label: "db", name: "Database", width: 100 };

export const databaseTable = table({
    title: "Databases, the largest first", width: 12, height: 8, unit: unit.count,
    noValue: "No database with keys is known.",
    description: "The 25 databases with most keys. Mean TTL is the server's estimate, of the node where it is longest;"
        + " none: no key has one, or no sample is there yet. Two uses of one server are better apart, with TTLs and"
        + " limits of their own.",
    key: [groupKey, databaseKey],
    columns: [
        { name: "Keys", expr: largest, width: 95 },
        ofLargest("With TTL", keysOf("redis_db_keys_expiring", { by: byDatabase }), { width: 95 }),
        ofLargest("Mean TTL", `${maxBy(byDatabase, node("redis_db_avg_ttl_seconds"))} > 0`, {
            unit: unit.period, width: 140,
        }),
    ],
    sort: [{ by: "Keys", down: true }],
});

const byKeyGroup = "redis_group, db, key_group";
const memory = keysOf("redis_key_group_memory_usage_bytes", { by: byKeyGroup });
const count = keysOf("redis_key_group_count", { by: byKeyGroup });
const heaviest = `topk(25, ${memory})`;
const ofHeaviest = (name: string, expr: string, more: Partial<Column> = {}): Column =>
    ({ name, expr: among(expr, byKeyGroup, heaviest), ...more });

export const keyGroupTable = table({
    title: "Groups of keys, the heaviest first", width: 12, height: 9, unit: unit.count,
    noValue: "key_groups is not set, or nothing is scraped now.",
    description: "Keys grouped by their names, and the memory that they take, as the exporter's last walk found them:"
        + " the 25 that take most. What grows here and should not, has an owner to ask. Replicas count only where no"
        + " master is chosen. Empty without key_groups in the exporter's configuration.",
    key: [groupKey, { ...databaseKey, width: 90 }, { label: "key_group", name: "Keys named" }],
    columns: [
        { name: "Memory", expr: heaviest, unit: unit.bytes, width: 95 },
        ofHeaviest("Keys", count, { width: 85 }),
        ofHeaviest("Bytes a key", `${memory} / (${count} > 0)`, { unit: unit.bytes, width: 105 }),
    ],
    sort: [{ by: "Memory", down: true }],
});

const byKey = "redis_group, instance, db, key";

export const watchedKeyTable = table({
    title: "Watched keys", width: 15, height: 8, unit: unit.count,
    noValue: "None are watched, or nothing is scraped now.",
    description: "Keys that the exporter's configuration names (keys), or that match its patterns (count_keys): the 25"
        + " largest of each. Size: elements, or bytes of a string. A list that only grows is a queue that nobody"
        + " works off. Empty without keys and count_keys in the configuration.",
    key: [groupKey, nodeKey, { label: "db", name: "Database", width: 90 }, { label: "key", name: "Key" }],
    columns: [
        { name: "Size", expr: `topk(25, ${maxBy(byKey, node("redis_key_size"))})`, width: 90 },
        {
            name: "Memory", expr: `topk(25, ${maxBy(byKey, node("redis_key_memory_usage_bytes"))})`, unit: unit.bytes,
            width: 95,
        },
        { name: "Keys like it", expr: `topk(25, ${maxBy(byKey, node("redis_keys_count"))})`, width: 105 },
    ],
    sort: [{ by: "Size", down: true }, { by: "Keys like it", down: true }],
});

// What is counted from 65536 on is in what is counted from 4096 on, too: one bound for each type.
const large = `type="strings", at_least="1048576"`;
const many = `type!="strings", at_least="65536"`;
const ofSize = (which: string) => sumBy("redis_group, instance, type", node("redis_db_keys_of_size", which));

export const largeKeyTable = table({
    title: "Large keys", width: 9, height: 8, unit: unit.count,
    noValue: "None, or no server tells: before 8.0, or not scraped.",
    description: "Strings from 1 MiB on, and other keys with 65,536 items or more, by type. One call that reads or"
        + " deletes such a key keeps all clients waiting: split them, read them in parts, delete them with UNLINK."
        + " Empty where there are none, and with servers before 8.0.",
    key: [groupKey, nodeKey, { label: "type", name: "Type", width: 95 }],
    columns: [{ name: "Large keys", width: 105, expr: `topk(25, ${ofSize(large)} > 0 or ${ofSize(many)} > 0)` }],
    sort: [{ by: "Large keys", down: true }],
});
