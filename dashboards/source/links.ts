// SPDX-License-Identifier: Apache-2.0
// Links between the pages, and to runbooks. They keep time and variables.
import { readFileSync } from "node:fs";
import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import { top } from "./paths.js";

/** The pages, by the last part of their uid. */
export const pages = {
    fleet: "Redis / Fleet",
    instance: "Redis / Instance",
    replication: "Redis / Replication",
    sentinel: "Redis / Sentinel",
    cluster: "Redis / Cluster",
    commands: "Redis / Commands and latency",
    keyspace: "Redis / Keyspace",
    capacity: "Redis / Capacity",
    exporter: "Redis / Exporter",
} as const;

export type Page = keyof typeof pages;

/** Where the rules' runbooks are, which is also the default of the variable `runbooks`. */
export const runbooks = readRunbooks();

function readRunbooks(): string {
    const found = /^RUNBOOKS = "(.*)"$/m.exec(readFileSync(top("rules/render"), "utf8"))?.[1];
    if (!found) throw new Error("rules/render has no line RUNBOOKS = \"...\"");
    return found;
}

const keptVariables = "${__url_time_range}&${datasource:queryparam}&${job:queryparam}";

/** A link in a column of a table. */
export type Link = { title: string; url: string };

const named = (page: Page) => pages[page].replace("Redis / ", "");

/** From a group's name to a page about it. some: what not all groups have that the page tells of. */
export const toGroup = (page: Page, some = ""): Link => ({
    title: `${named(page)} of \${__value.text}${some}`,
    url: `/d/redis-${page}?${keptVariables}&var-redis_group=\${__value.raw}`,
});

const keptGroup = `${keptVariables}&\${redis_group:queryparam}`;

/** From a node's address to the node's page, with the chosen groups, of which the node is. */
export const toNode: Link = {
    title: "Instance ${__value.raw}", url: `/d/redis-instance?${keptGroup}&var-instance=\${__value.raw}`,
};

/** The same from the address of a node of any group. */
export const toAnyNode: Link = { ...toNode, url: toNode.url.replace(keptGroup, keptVariables) };

/** From the rest of a page's address, which begins with the page and a variable. */
export const toSubject: Link = { title: "Page about it", url: `/d/redis-\${__value.raw}&${keptVariables}` };

/** From a bar or line that has the label instance to the node's page. */
export const fromNode: Link = {
    title: "Instance ${__field.labels.instance}",
    url: `/d/redis-instance?${keptGroup}&var-instance=\${__field.labels.instance}`,
};

/** From an alert's name to its runbook. */
export const toRunbook: Link = { title: "Runbook of ${__value.raw}", url: "${runbooks}/${__value.raw}" };

/** From a whole panel to another page, with all variables. */
export const panelLink = (page: Page, title: string = named(page)): dashboard.DashboardLinkBuilder =>
    new dashboard.DashboardLinkBuilder(title).type(dashboard.DashboardLinkType.Link).keepTime(true)
        .url(`/d/redis-${page}?\${__url_time_range}&\${__all_variables}`);

const ownGroup = `${keptVariables}&var-redis_group=\${own_group:percentencode}`;

/** From a panel of a page about one node to a page about all of the node's group, or about that node in it. */
export const toOwnGroup = (page: Page, about: "group" | "node" = "group"): dashboard.DashboardLinkBuilder =>
    new dashboard.DashboardLinkBuilder(named(page)).type(dashboard.DashboardLinkType.Link).keepTime(true)
        .url(`/d/redis-${page}?${ownGroup}${about === "node" ? "&${instance:queryparam}" : ""}`);

/** At the top of every page: the other ones. */
export const menu = new dashboard.DashboardLinkBuilder("Redis dashboards")
    .type(dashboard.DashboardLinkType.Dashboards).tags(["redis"]).asDropdown(true)
    .includeVars(true).keepTime(true);
