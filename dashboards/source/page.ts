// SPDX-License-Identifier: Apache-2.0
// A page: panels from left to right in 24 columns, in rows by subject.
import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import { annotations } from "./annotations.js";
import { menu, pages, type Page } from "./links.js";
import { loneNode, usesLoneNode } from "./lone.js";
import type { Placed } from "./panels.js";
import { runbooksVariable, variables, type Variable } from "./variables.js";

const COLUMNS = 24;

export type Row = { title: string; panels: Placed[]; collapsed?: boolean };

type PageSpec = {
    page: Page;
    /** What the page answers, as a question and how to read it. */
    description: string;
    /** The answer: what fits on one screen, 1440 by 900, about 20 units high. */
    first: Placed[];
    rows: Row[];
    /** The variable that has one value at a time here. */
    single?: Variable;
    /** Variables besides those of all pages. */
    more?: { build(): dashboard.VariableModel }[];
    from?: string;
    refresh?: string;
};

export type Written = { uid: string; json: dashboard.Dashboard };

export function page(spec: PageSpec): Written {
    let id = 0;
    let y = 0;

    const place = (panels: Placed[]) => {
        let x = 0;
        let height = 0;
        const done = panels.map((each) => {
            if (x + each.width > COLUMNS) {
                x = 0;
                y += height;
                height = 0;
            }
            const gridPos = { x, y, w: each.width, h: each.height };
            x += each.width;
            height = Math.max(height, each.height);
            return { ...each.panel, id: ++id, gridPos };
        });
        y += height;
        return done;
    };

    const panels: (dashboard.Panel | dashboard.RowPanel)[] = place(spec.first);
    for (const { title, collapsed = false, panels: inside } of spec.rows) {
        const row: dashboard.RowPanel = {
            type: "row", title, collapsed, id: ++id, gridPos: { x: 0, y: y++, w: COLUMNS, h: 1 }, panels: [],
        };
        const top = y;
        const done = place(inside);
        if (collapsed) y = top;
        panels.push(collapsed ? { ...row, panels: done } : row, ...(collapsed ? [] : done));
    }

    const builder = new dashboard.DashboardBuilder(pages[spec.page]).id(null).uid(`redis-${spec.page}`)
        .description(spec.description).tags(["redis"]).timezone("browser").editable()
        .tooltip(dashboard.DashboardCursorSync.Crosshair)
        .time({ from: spec.from ?? "now-1h", to: "now" }).refresh(spec.refresh ?? "30s")
        .variables([...variables(spec.single), ...spec.more ?? []]).annotations(annotations()).link(menu);
    const json = JSON.stringify(panels);
    if (usesLoneNode(json)) builder.withVariable(loneNode);
    if (json.includes("${runbooks}")) builder.withVariable(runbooksVariable);
    const built = tidy({ ...builder.build(), panels });
    return { uid: `redis-${spec.page}`, json: spec.single ? withSingle(built, spec.single) : built };
}

// The SDK gives every variable what only variables of other types have.
function tidy(built: dashboard.Dashboard): dashboard.Dashboard {
    for (const variable of built.templating.list ?? [])
        for (const foreign of ["auto", "auto_min", "auto_count"] as const) delete variable[foreign];
    return built;
}

// Grafana escapes the values of variables that may have several, for =~; a single one is compared by =.
const withSingle = (built: dashboard.Dashboard, name: Variable): dashboard.Dashboard =>
    JSON.parse(JSON.stringify(built).replaceAll(`${name}=~\\"$${name}\\"`, `${name}=\\"$${name}\\"`));
