// SPDX-License-Identifier: Apache-2.0
// The variables of all pages. All is `.*`, which a missing label matches, too: a node that is scraped
// without redis_group is shown.
import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import { runbooks } from "./links.js";

export const datasource: dashboard.DataSourceRef = { type: "prometheus", uid: "${datasource}" };

export type Variable = "job" | "redis_group" | "instance";

type Described = { label: string; query: string; description: string };

const described: Record<Variable, Described> = {
    job: {
        label: "Job",
        query: `label_values({__name__=~"redis_up|redis_group_expected_nodes"}, job)`,
        description: "Jobs of Prometheus that scrape the servers. Scraped node by node, the exporter has a"
            + " job of its own, which has what belongs to whole groups: choose both, or All.",
    },
    redis_group: {
        label: "Group",
        query: `label_values(redis_up{job=~"$job"}, redis_group)`,
        description: "Groups of the exporter's configuration. Nodes without a group are shown with All.",
    },
    instance: {
        label: "Node",
        query: `label_values(redis_up{job=~"$job", redis_group=~"$redis_group"}, instance)`,
        description: "Addresses of servers.",
    },
};

/** single: the variable that has one value at a time on this page. */
export function variables(single?: Variable) {
    return [
        new dashboard.DatasourceVariableBuilder("datasource").label("Prometheus").type("prometheus"),
        ...(Object.keys(described) as Variable[]).map((name) => queried(name, described[name], name === single)),
    ];
}

/** Only on pages that link to runbooks. */
export const runbooksVariable =
    new dashboard.ConstantVariableBuilder("runbooks").label("Where runbooks are").value(runbooks);

/** single: has one value at a time. */
export function queried(name: string, { label, query, description }: Described, single: boolean) {
    const builder = new dashboard.QueryVariableBuilder(name).label(label).description(description)
        .datasource(datasource).query(query).refresh(dashboard.VariableRefresh.OnTimeRangeChanged)
        .sort(dashboard.VariableSort.NaturalAsc);
    return single ? builder.multi(false).includeAll(false)
        : builder.multi(true).includeAll(true).allValue(".*").current({ text: ["All"], value: ["$__all"] });
}

/** A hidden one: what the only label of the expression's only series holds. Links do not set it. */
export function queriedText(name: string, { label, expr, description }: {
    label: string; expr: string; description: string;
}) {
    const builder = queried(name, { label, query: `query_result(${expr})`, description }, true).regex(`/"(.*)"/`)
        .hide(dashboard.VariableHide.HideVariable);
    return { build: () => ({ ...builder.build(), skipUrlSync: true }) };
}

/** The group of the node that a page is about: its links lead there. */
export const ownGroup = queried("own_group", {
    label: "Group of the node",
    query: `label_values(redis_up{job=~"$job", instance=~"$instance"}, redis_group)`,
    description: "The group that the chosen node is of, to which links of panels lead.",
}, true).hide(dashboard.VariableHide.HideVariable);
