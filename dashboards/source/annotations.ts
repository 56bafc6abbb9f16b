// SPDX-License-Identifier: Apache-2.0
// What explains a step in a line: failovers, restarts and changed settings. Each can be switched off at
// the top of a page.
import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import { roleColour, severityColour } from "./look.js";
import { exporter, group, maxBy, node } from "./queries.js";
import { byGroup, restarted } from "./states.js";
import { datasource } from "./variables.js";

type Event = { name: string; colour: string; expr: string; text: string };

// Grafana asks each minute else, so that a mark is up to a minute late. With 200 nodes over hours, more is dear.
const STEP = "30s";

const events: Event[] = [
    {
        name: "Failovers",
        colour: roleColour.master,
        // Not by changes(): the count begins anew when the exporter does.
        expr: `${maxBy(byGroup, `increase(${group("redis_group_failovers_total")}[$__rate_interval])`)} > 0`
            + ` and on (redis_group) ${node("redis_up")}`,
        text: "{{redis_group}}",
    },
    {
        name: "Restarts",
        colour: severityColour.critical,
        expr: restarted("$__rate_interval"),
        text: "{{instance}} {{redis_group}}",
    },
    {
        name: "Changed settings",
        colour: severityColour.info,
        expr: `changes(${node("redis_config_maxmemory")}[$__rate_interval]) > 0`
            + ` or changes(${node("redis_config_maxclients")}[$__rate_interval]) > 0`,
        text: "{{instance}}: maxmemory or maxclients",
    },
    {
        name: "Exporter's configuration",
        colour: severityColour.info,
        expr: `changes(${exporter("redis_exporter_config_last_reload_success_timestamp_seconds")}[$__rate_interval]) >`
            + ` 0`,
        text: "read anew by {{instance}}",
    },
];

export const annotations = () => events.map(({ name, colour, expr, text }) => {
    const builder = new dashboard.AnnotationQueryBuilder().name(name).datasource(datasource).enable(true)
        .iconColor(colour).expr(expr);
    // Fields of Prometheus's annotations that the SDK does not know.
    const built = { ...builder.build(), step: STEP, titleFormat: name, textFormat: text,
        useValueForTime: false };
    return { build: () => built as dashboard.AnnotationQuery };
});
