// SPDX-License-Identifier: Apache-2.0
// Keyspace: keys, lookups, expiry and eviction over time.
import { keysOf, keysWithoutTtl } from "./keyspace_tables.js";
import { fromNode } from "./links.js";
import { severityColour, unit, well } from "./look.js";
import { series, type Line, type Placed } from "./panels.js";
import {
    type Read, asIs, hitRatio, hitRatioOfCaches, maxBy, most, named, node, nodeLegend, ofCaches, pageRate, rate, sumBy,
    sumOf, top, topNodes,
} from "./queries.js";
import { byNode } from "./states.js";


/** The ten groups that have most. */
const topGroups = (of: (read: Read) => string): Line[] =>
    [{ expr: named(top(10, of(asIs), of(most))), legend: "{{redis_group}}" }];

export const keyPanels: Placed[] = [
    series({
        title: "Keys by group", points: 90, unit: unit.count, legend: "table",
        description: "Keys of the ten groups with most. A step down is a flush, a mass deletion, or a restart without"
            + " the data: compare with the marks of restarts. Replicas count only where no master is chosen.",
        lines: topGroups((read) => keysOf("redis_db_keys", { read })),
    }),
    series({
        title: "Keys without a TTL by group", points: 90, unit: unit.count, legend: "table",
        description: "Keys that never expire, of the ten groups with most. Where most keys expire, these are mostly"
            + " mistakes: growth here fills the memory, and only eviction takes them away. Find who writes them.",
        lines: topGroups(keysWithoutTtl),
    }),
    series({
        title: "Bytes a key by group", points: 90, unit: unit.bytes, legend: "table",
        description: "Bytes of data divided by keys, of the ten groups where that is most. A rise: values grow, or few"
            + " large keys do. Large values cost network and time of the main thread at each call. Empty where there"
            + " are no keys.",
        lines: topGroups((read) => `${keysOf("redis_memory_used_dataset_bytes", { read })} /`
            + ` (${keysOf("redis_db_keys", { read })} > 0)`),
    }),
];

const lookups = sumBy("redis_group",
    `${pageRate("redis_keyspace_hits_total")} + ${pageRate("redis_keyspace_misses_total")}`);
const ratioOfCaches = hitRatioOfCaches();
const lookupsOfCaches = sumBy(byNode,
    `(${pageRate("redis_keyspace_hits_total")} + ${pageRate("redis_keyspace_misses_total")}) ${ofCaches}`);

export const lookupPanels: Placed[] = [
    series({
        title: "Lookups", unit: unit.opsPerSecond, stacked: true, width: 8,
        description: "Lookups per second that found their key, and that did not. Misses that rise while hits stay:"
            + " clients ask for what is not there any more, or never was.",
        lines: [
            { expr: sumOf(rate("redis_keyspace_hits_total")), legend: "hits", colour: well },
            { expr: sumOf(rate("redis_keyspace_misses_total")), legend: "misses", colour: severityColour.warning },
        ],
    }),
    series({
        title: "Hit ratio by group", points: 90, unit: unit.ratio, softMax: 1, width: 8,
        noValue: "No lookups are known.",
        description: "Lookups that found their key, as a share of all, of the ten groups with most lookups. Replicas"
            + " are in it. Empty while nothing is looked up.",
        lines: [{ expr: named(top(10, hitRatio("redis_group"), lookups)), legend: "{{redis_group}}" }],
    }),
    series({
        title: "Hit ratio of caches", unit: unit.ratio, softMax: 1, width: 8,
        noValue: "No node that evicts and has lookups is known.",
        description: "The same for nodes that evict when memory is full, the ten with most lookups. Below the limit"
            + " most of the work is left to the database behind them. After evictions rose: more memory; after a"
            + " release: look at the keys it asks for. Empty without caches, or while nothing is looked up.",
        limit: { name: "hit_ratio", severities: ["warning"], where: ratioOfCaches },
        lines: [{ expr: topNodes(ratioOfCaches, lookupsOfCaches), legend: nodeLegend, links: [fromNode] }],
    }),
];

const ofNodes = (of: (rated: typeof rate) => string): Line[] =>
    [{
        expr: topNodes(maxBy(byNode, of(rate)), `${maxBy(byNode, of(pageRate))} > 0`), legend: nodeLegend,
        links: [fromNode],
    }];
const stale = (metric: string) => `${maxBy(byNode, metric)} / 100`;
const pending = (metric: string) => maxBy(byNode, metric);

export const leavingPanels: Placed[] = [
    series({
        title: "Expired keys by group", unit: unit.perSecond, legend: "table",
        noValue: "No key is known to have expired.",
        description: "Keys per second that were deleted because their TTL was up, of the ten groups with most. Sharp"
            + " peaks: many keys were given the same TTL at once; spread them, or each peak costs latency and hits."
            + " Empty where no key expired.",
        lines: [{
            expr: named(top(10, sumBy("redis_group", rate("redis_expired_keys_total")),
                `${sumBy("redis_group", pageRate("redis_expired_keys_total"))} > 0`)),
            legend: "{{redis_group}}",
        }],
    }),
    series({
        title: "Evicted keys by node", unit: unit.perSecond, legend: "table",
        noValue: "No eviction is known.",
        description: "Keys per second that were evicted because memory was full, of the ten nodes with most. It is the"
            + " work of a cache; too much pushes out what clients still need, and the hit ratio falls. Empty where no"
            + " key was evicted.",
        limit: {
            name: "evictions_per_second", severities: ["warning"], where: `(${rate("redis_evicted_keys_total")} > 0)`,
        },
        lines: ofNodes((rated) => rated("redis_evicted_keys_total")),
    }),
    series({
        title: "Stale keys by node", unit: unit.ratio, legend: "table",
        description: "Estimated share of keys with a TTL that have expired and still use memory, of the ten nodes with"
            + " most. Above the limit the server does not find time to delete them: raise hz or active-expire-effort,"
            + " spread TTLs. Only the limit is there where no key is stale.",
        limit: { name: "expired_stale_ratio", severities: ["warning"] },
        lines: [{
            expr: topNodes(stale(node("redis_expired_stale_percentage")),
                `${maxBy(byNode, most(node("redis_expired_stale_percentage")))} > 0`),
            legend: nodeLegend, links: [fromNode],
        }],
    }),
    series({
        title: "Time spent on expiry", unit: unit.ratio, legend: "table",
        noValue: "No server tells: before 6.0, or not scraped.",
        description: "Share of the main thread's time that deleting expired keys takes, of the ten nodes with most. No"
            + " command runs meanwhile. Above a few percent with stale keys beside it: too many keys expire for one"
            + " server. Empty with servers before 6.0.",
        lines: [{
            expr: topNodes(`${maxBy(byNode, rate("redis_expire_cycle_cpu_time_ms_total"))} / 1000`,
                `${maxBy(byNode, pageRate("redis_expire_cycle_cpu_time_ms_total"))}`),
            legend: nodeLegend, links: [fromNode],
        }],
    }),
    series({
        title: "Time above maxmemory", unit: unit.ratio, width: 8, height: 6,
        noValue: "None is known to have been above it.",
        description: "Share of time that memory was above maxmemory, of the ten nodes with most: there, eviction does"
            + " not keep up, or nothing may be evicted and writes are refused. Free or add memory. Empty where no node"
            + " was above it; servers before 7.0 do not tell.",
        lines: [{
            expr: topNodes(`${maxBy(byNode, rate("redis_eviction_exceeded_time_ms_total"))} / 1000`,
                `${maxBy(byNode, pageRate("redis_eviction_exceeded_time_ms_total"))} > 0`),
            legend: nodeLegend, links: [fromNode],
        }],
    }),
    series({
        title: "Expiry cut short", unit: unit.perSecond, width: 8, height: 6, noValue: "None is known to have been.",
        description: "Times per second that deleting expired keys stopped because its time was up, of the ten nodes"
            + " with most. Often: keys stay stale for longer, and the next rounds are full, too. Empty where it was"
            + " never cut short.",
        lines: ofNodes((rated) => rated("redis_expired_time_cap_reached_total")),
    }),
    series({
        title: "Waiting to be freed", unit: unit.count, width: 8, height: 6, noValue: "None are known to wait.",
        description: "Objects that wait to be freed in the background, by UNLINK, FLUSHALL ASYNC or lazyfree-lazy-*,"
            + " of the ten nodes with most. Their memory is not free yet. Growing: more is deleted than one thread"
            + " frees. Empty while none wait.",
        lines: [{
            expr: topNodes(pending(node("redis_lazyfree_pending_objects")),
                `${pending(most(node("redis_lazyfree_pending_objects")))} > 0`),
            legend: nodeLegend, links: [fromNode],
        }],
    }),
];

const keyGroups = (read: Read) =>
    keysOf("redis_key_group_memory_usage_bytes", { by: "redis_group, key_group", read });

export const keyGroupPanels: Placed[] = [
    series({
        title: "Memory by group of keys", unit: unit.bytes, height: 9, legend: "table",
        noValue: "key_groups is not set, or nothing is scraped now.",
        description: "Memory of the ten groups of keys that take most, as the exporter's walks find them. A slope that"
            + " does not end is what fills the server. It moves in steps, at the end of each walk. Empty without"
            + " key_groups in the exporter's configuration.",
        lines: [{
            expr: top(10, keyGroups(asIs), keyGroups(most)), legend: "{{key_group}} {{redis_group}}",
        }],
    }),
];
