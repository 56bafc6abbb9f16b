// SPDX-License-Identifier: Apache-2.0
// Keyspace: what is in memory, and does it leave?
import { alertTable, severityBy, severityWords } from "./alerts.js";
import {
    databaseTable, groupTable, keyGroupTable, keysOf, keysWithoutTtl, largeKeyTable, watchedKeyTable,
} from "./keyspace_tables.js";
import { keyGroupPanels, keyPanels, leavingPanels, lookupPanels } from "./keyspace_panels.js";
import { panelLink } from "./links.js";
import { unit, well, wordColour } from "./look.js";
import { page } from "./page.js";
import { series, stat, type Placed } from "./panels.js";
import { node, rate, sumOf } from "./queries.js";
import { silentNodes } from "./silent.js";
import { judgedHits } from "./states.js";

const small = { width: 3, height: 3 };
const names = "Redis(Keys|Expiry|DataFlushed|HitRatio|Eviction|OutOfMemory).*";

const allKeys = sumOf(keysOf("redis_db_keys"));
const keysWithTtl = sumOf(keysOf("redis_db_keys_expiring"));
const hits = sumOf(rate("redis_keyspace_hits_total"));
const misses = sumOf(rate("redis_keyspace_misses_total"));

const figures: Placed[] = [
    stat({
        ...small, title: "Worst alert", unit: unit.count, words: { 0: ["none", well], ...severityWords }, loud: true,
        noValue: "not told",
        description: "The highest severity of the alerts about keys, evictions and hit ratios that fire; the table of"
            + " alerts names them. None, too, where Prometheus has not loaded the rules.",
        expr: `max(${severityBy("severity", names)}) or max(${node("redis_up")}) * 0`,
    }),
    stat({
        ...small, title: "Keys", unit: unit.count,
        description: "Keys of the chosen nodes; those of replicas count only where no master of their group is chosen."
            + " A sudden fall is a flush, a mass deletion, a restart without the data, or a node that does not answer.",
        expr: allKeys,
    }),
    stat({
        ...small, title: "With a TTL", unit: unit.ratio, noValue: "no keys",
        description: "Share of keys that expire by themselves. The others stay until they are deleted or evicted: for a"
            + " cache it should be near 100 %. Empty where there are no keys.",
        expr: `${keysWithTtl} / (${allKeys} > 0)`,
    }),
    stat({
        ...small, title: "Hit ratio", unit: unit.ratio, noValue: "no lookups",
        description: "Lookups that found their key, as a share of all: of the cache where that is lowest, and white of"
            + " all nodes where none evicts. Of a cache, low means that the database behind it does the work; for other"
            + " uses it says little. Empty while nothing is looked up.",
        judged: { ...judgedHits, otherwise: `${hits} / (${hits} + ${misses} > 0)` },
    }),
    stat({
        ...small, title: "Expired", unit: unit.perSecond,
        description: "Keys per second that were deleted because their TTL was up, of all chosen nodes. None though keys"
            + " have TTLs: clients renew them, or the TTLs are long.",
        expr: sumOf(rate("redis_expired_keys_total")),
    }),
    stat({
        ...small, title: "Evicted", unit: unit.perSecond,
        description: "Keys per second that were evicted because memory was full, of the node with most. A cache does"
            + " so; much of it pushes out what clients still need: more memory, shorter TTLs.",
        judged: { name: "evictions_per_second", of: rate("redis_evicted_keys_total"), silent: silentNodes },
    }),
    stat({
        ...small, title: "Stale keys", unit: unit.ratio, decimals: 1,
        noValue: "unknown",
        description: "Estimated share of keys with a TTL that have expired and still use memory, of the node with most."
            + " High: more keys expire than the server finds time to delete; raise hz or active-expire-effort, or"
            + " spread the TTLs. Empty with servers before 5.0.",
        judged: {
            name: "expired_stale_ratio", of: `${node("redis_expired_stale_percentage")} / 100`, silent: silentNodes,
        },
    }),
    stat({
        ...small, title: "Data", unit: unit.bytes, links: [panelLink("capacity")],
        description: "Bytes that the data itself takes, without buffers and tables; replicas count only where no master"
            + " of their group is chosen. The Capacity page says how long there is room.",
        expr: sumOf(keysOf("redis_memory_used_dataset_bytes")),
    }),
];

const flow: Placed[] = [
    series({
        title: "Keys", points: 90, unit: unit.count, stacked: true, height: 7,
        description: "Keys that expire by themselves, and those that do not. The second kind, when it only grows, fills"
            + " the memory in the end: find who writes without a TTL. Replicas count only where no master of their"
            + " group is chosen.",
        lines: [
            { expr: keysWithTtl, legend: "with a TTL", colour: wordColour.withTtl },
            { expr: sumOf(keysWithoutTtl()), legend: "without", colour: wordColour.withoutTtl },
        ],
    }),
    series({
        title: "Keys that leave", unit: unit.perSecond, height: 7,
        description: "Keys per second that expired, and that were evicted because memory was full. For a cache,"
            + " expiry should do most of the work. What clients delete is not in it.",
        lines: [
            { expr: sumOf(rate("redis_expired_keys_total")), legend: "expired", colour: wordColour.expired },
            { expr: sumOf(rate("redis_evicted_keys_total")), legend: "evicted", colour: wordColour.evicted },
        ],
    }),
];

export const keyspace = () => page({
    page: "keyspace",
    description: "What is in memory, and does it leave? The figures and the table say it by group, the graphs since"
        + " when. Then keys, lookups and expiry over time, and, where the exporter's configuration asks for it, what"
        + " the keys are.",
    first: [...figures, groupTable, ...flow, alertTable({ height: 5, about: { subject: "keys", names } })],
    rows: [
        { title: "Keys", panels: [...keyPanels, databaseTable] },
        { title: "Lookups", panels: lookupPanels },
        { title: "Expiry and eviction", panels: leavingPanels },
        { title: "What the keys are", panels: [keyGroupTable, ...keyGroupPanels, watchedKeyTable, largeKeyTable] },
    ],
});
