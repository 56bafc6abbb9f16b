// SPDX-License-Identifier: Apache-2.0
// Alerts that fire, from Prometheus's own series: no alerting in Grafana is needed, only the rules.
import { counted } from "./known.js";
import { toRunbook, type Page } from "./links.js";
import { severityColour, unit, type Step, type Words } from "./look.js";
import { stat, type Placed } from "./panels.js";
import { alerts, alertsSince, maxBy, node } from "./queries.js";
import { replaced, subjectKey, withSubject } from "./subject.js";
import { groupKey, table } from "./table.js";

export const severityWords: Words = {
    3: ["critical", severityColour.critical],
    2: ["warning", severityColour.warning],
    1: ["info", severityColour.info],
};

/** The severity as a number, by labels: 3 critical, 2 warning, 1 info. names: only of alerts that match. */
export const severityBy = (labels: string, names?: string) => {
    const by = (severity: string) => alerts([`severity="${severity}"`, only(names)].filter(Boolean).join(", "));
    return maxBy(labels, `${by("critical")} * 3`) + ` or ${maxBy(labels, `${by("warning")} * 2`)}`
        + ` or ${maxBy(labels, by("info"))}`;
};

const only = (names?: string) => names ? `alertname=~"${names}"` : "";

const rows = "alertname, severity, redis_group, instance";

const ofGroups: [page: Page, alerts: string][] = [["cluster", "RedisCluster.*"], ["sentinel", "RedisSentinel.*"]];

/** A node or group, or the exporter that an alert is about; of a group the page that such alerts are on. */
const withAlertsSubject = (expr: string) => replaced(ofGroups.reduce(
    (made, [page, names]) => replaced(made, `${page}$1`, "about", `${names};replication(.*)`),
    replaced(`label_join(${withSubject(expr)}, "about", ";", "alertname", "about")`,
        "exporter?of=$1", "about", "RedisExporter.*;instance[^=]+=(.+)")),
    "$1", "about", ".*;(.*)");

/** about: for a page that is about some of them. names is a regular expression. */
export const alertTable = ({ about, ...place }: {
    width?: number; height?: number; about?: { subject: string; names: string };
} = {}): Placed => table({
    title: about ? `Alerts about ${about.subject} that fire` : "Alerts that fire",
    description: "What the alert rules say of the chosen groups and nodes now, the worst first. The name of an"
        + " alert leads to its runbook: begin with the oldest critical one, the others are often its"
        + " consequences. Empty on a healthy fleet, and where Prometheus has not loaded the rules.",
    unit: unit.count,
    noValue: about ? `No alert about ${about.subject} fires.` : "No alert fires.",
    ...place,
    key: [
        { label: "alertname", name: "Alert", links: [toRunbook] },
        groupKey, { ...subjectKey, derive: withAlertsSubject },
    ],
    columns: [
        {
            name: "Severity", expr: severityBy(rows, about?.names), words: severityWords, as: "cell", width: 90,
            leads: true,
        },
        {
            name: "Since", unit: unit.ago, width: 140,
            expr: `${maxBy(rows, alertsSince())} * 1000 and on (${rows}) ${maxBy(rows, alerts(only(about?.names)))}`,
        },
    ],
    sort: [{ by: "Severity", down: true }, { by: "Since" }],
    hide: ["severity", "instance"],
});

/** How many alerts of a severity fire. */
export const alertCount = (severity: keyof typeof severityColour, place: { width?: number } = {}): Placed => {
    const steps: Step[] = [{ from: null, colour: "green" }, { from: 1, colour: severityColour[severity] }];
    return stat({
        title: severity === "critical" ? "Critical alerts" : severity === "warning" ? "Warnings" : "Notices",
        description: `Alerts with severity ${severity} that fire for the chosen groups and nodes. `
            + (severity === "critical" ? "Somebody should be at it already: the table of alerts leads to the runbooks."
                : "They can wait for working hours; the table of alerts leads to the runbooks.")
            + " 0, too, where Prometheus has not loaded the rules.",
        unit: unit.count, steps, loud: true, noValue: "not told", ...place,
        expr: counted(alerts(`severity="${severity}"`), node("redis_up")),
    });
};
