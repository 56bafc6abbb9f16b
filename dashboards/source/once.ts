// SPDX-License-Identifier: Apache-2.0
// Each series of a server once, however many jobs have it.

// Labels, besides the server's, that tell series of a metric apart, of the metrics that are summed or counted.
const telling: [metrics: RegExp, labels: string[]][] = [
    [/redis_commands_latencies_usec_bucket/, ["cmd", "le"]],
    [/redis_commands_(total|duration|rejected|failed|latencies)/, ["cmd"]],
    [/redis_master_link_up/, ["master_host", "master_port"]], // of which there are several within a page's time
    [/redis_errors_total/, ["err"]],
    [/redis_db_keys_of_size/, ["db", "type", "at_least"]],
    [/redis_db_keys/, ["db"]],
    [/redis_key_group_/, ["db", "key_group"]],
    [/redis_cluster_(nodes|open_slots)/, ["state"]],
    [/redis_group_setting_values/, ["setting"]],
    [/redis_group_sentinel_events_total/, ["event", "subject"]],
    [/redis_sentinel_master_/, ["master_name", "master_address"]],
    [/redis_exporter_collector_/, ["collector"]],
    [/redis_exporter_check_/, ["check"]],
    [/redis_exporter_scrape_failures_total/, ["reason"]],
    [/redis_exporter_exchange_duration_seconds_bucket/, ["le"]],
    [/ALERTS/, ["alertname", "severity"]],
];

const server = ["redis_group", "instance"];
const all = (...labels: string[][]) => [...new Set(labels.flat())].join(", ");
const list = (by: string) => by.split(", ").filter(Boolean);
const tellingOf = (expr: string) => (expr.match(/\w+(?=\{)/g) ?? [])
    .flatMap((metric) => telling.find(([metrics]) => metrics.test(metric))?.[1] ?? []);

/** The highest of what jobs tell of the same. by: labels that are kept besides. */
export const once = (expr: string, by = "") =>
    isOnce(expr) ? expr : `max by (${all(server, list(by), tellingOf(expr))}) (${expr})`;

/** The same to be summed: of several series of a server that end in one sum, their sum. That is done first,
 * because to compare each of them is dear with very many. */
export function onceSummed(expr: string, by = ""): string {
    const kept = [...server, ...list(by)];
    if (isOnce(expr) || tellingOf(expr).every((label) => kept.includes(label))) return once(expr, by);
    return `max by (${all(kept)}) (sum by (${all(kept, ["job"])}) (${expr}))`;
}

/** Whether labels tell servers apart. */
export const ofServers = (labels: string) => server.every((label) => list(labels).includes(label));

/** Whether all of it is one aggregation by labels, of which job is never one. */
export function isOnce(expr: string): boolean {
    const head = /^(sum|max|min|count) by \([^)]*\) \(/.exec(expr)?.[0];
    if (!head) return false;
    let depth = 1;
    for (let at = head.length; at < expr.length; ++at) {
        if (expr[at] === "(") ++depth;
        if (expr[at] === ")" && --depth === 0) return at === expr.length - 1;
    }
    return false;
}
