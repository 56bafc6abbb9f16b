// SPDX-License-Identifier: Apache-2.0
// Tables: each column is an instant query, and rows are joined by the labels in `key`, which all
// queries must keep and no others may (but for a column that shows a label).
import * as common from "@grafana/grafana-foundation-sdk/common";
import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import * as tables from "@grafana/grafana-foundation-sdk/table";
import { toGroup, toNode, type Link, type Page } from "./links.js";
import { loneNodeTexts, withLoneNode } from "./lone.js";
import { forEmpty, forPatterns, mappings, plain, thresholds, type Step, type Unit, type Words } from "./look.js";
import { about, decimalsOf, placed, query, refId, type About, type Placed } from "./panels.js";

export type Column = {
    name: string;
    expr: string;
    /** Shows this label of the series, not its value. */
    label?: string;
    unit?: Unit;
    decimals?: number;
    steps?: Step[];
    words?: Words;
    /** Others in place of texts, by regular expressions. */
    texts?: [pattern: string, text: string][];
    /** Colours the text (default where there are steps or words), or the cell. */
    as?: "text" | "cell";
    width?: number;
    links?: Link[];
    /** Stands before the keys. */
    leads?: boolean;
};

/** empty: the text where series have no such label; texts: others in place of the label, by regular expressions;
 * derive: gives the label to the series of each column. */
export type Key = {
    label: string; name: string; empty?: string; texts?: [pattern: string, text: string][]; links?: Link[];
    width?: number; derive?: (expr: string) => string;
};

const ofAllGroups: Page[] = ["fleet", "replication", "commands", "keyspace", "capacity"];
const linkedTo = (links: Link[]): Key => ({
    label: "redis_group", name: "Group", empty: "no group",
    links: [...ofAllGroups.map((page) => toGroup(page)), ...links],
});
/** Of groups of any kind. */
export const groupKey = linkedTo([toGroup("sentinel", ", if it has any"), toGroup("cluster", ", if it is one")]);
/** Of groups all of which the page tells of; or none, where another column leads to the page that fits. */
export const groupKeyOf = (...pages: ("sentinel" | "cluster")[]) => linkedTo(pages.map((page) => toGroup(page)));
export const nodeKey: Key = { label: "instance", name: "Node", links: [toNode] };

type TableSpec = About & {
    key: Key[];
    /** That each row is one group's, as where groupKey is the only key: the node without a group has a row of its own
     * then. */
    byGroup?: boolean;
    columns: Column[];
    /** Names of columns, the most important first. */
    sort: { by: string; down?: boolean }[];
    /** Labels that the queries keep and the table does not show. */
    hide?: string[];
};

const orLoneNode = (key: Key): Key => ({
    ...key, links: [...key.links ?? [], toGroup("instance")], texts: loneNodeTexts, derive: withLoneNode,
});

export function table(given: TableSpec): Placed {
    const byGroup = given.byGroup ?? (given.key.length === 1 && given.key[0]!.label === groupKey.label);
    const key = byGroup ? [orLoneNode(given.key[0]!), ...given.key.slice(1)] : given.key;
    const derived = (expr: string) => key.reduce((made, { derive }) => derive?.(made) ?? made, expr);
    const spec = { ...given, key, columns: given.columns.map((one) => ({ ...one, expr: derived(one.expr) })) };
    const values = spec.columns.map((_, index) =>
        spec.columns.length === 1 ? "Value" : `Value #${refId(index)}`);
    const columns = spec.columns.map(({ name, label, leads }, index) =>
        ({ name, field: label ?? values[index]!, leads: leads ?? false }));
    const shown = [...columns.filter(({ leads }) => leads),
        ...spec.key.map(({ name, label }) => ({ name, field: label })), ...columns.filter(({ leads }) => !leads)];
    const names = shown.map(({ name }) => name);
    const hidden = ["Time", ...spec.hide ?? [],
        ...spec.columns.flatMap(({ label }, index) => label ? [values[index]!] : [])];
    const builder = about(new tables.PanelBuilder(), spec)
        .targets(spec.columns.map(({ expr }, index) =>
            query(expr, index).instant().format(prometheus.PromQueryFormat.Table)))
        .withTransformation({ id: "merge", options: {} })
        .withTransformation({
            id: "organize", options: {
                excludeByName: Object.fromEntries(hidden.map((name) => [name, true])),
                indexByName: Object.fromEntries(shown.map(({ field }, index) => [field, index])),
                renameByName: Object.fromEntries(shown.map(({ field, name }) => [field, name])),
                includeByName: {},
            },
        })
        .showHeader(true).cellHeight(common.TableCellHeight.Sm).align(common.FieldTextAlignment.Auto)
        .filterable(false)
        .colorScheme({ build: () => ({ mode: dashboard.FieldColorModeId.Thresholds }) })
        .thresholds({ build: () => thresholds([{ from: null, colour: plain }]) })
        .sortBy(spec.sort.map(({ by, down }) =>
            new common.TableSortByFieldStateBuilder().displayName(checked(by, names, spec)).desc(down ?? false)));
    for (const { name, links, width, empty, texts } of spec.key)
        override(builder, name, [...linked(links), ...sized(width),
            ...mapped([...(empty ? forEmpty(empty) : []), ...forPatterns(texts ?? [])])]);
    for (const column of spec.columns) override(builder, column.name, columnProperties(column));
    return placed(builder, spec, { width: 24, height: 9 });
}

function checked(by: string, names: string[], { title }: About): string {
    if (!names.includes(by)) throw new Error(`table "${title}" is sorted by ${by}, which is no column`);
    return by;
}

function override(builder: tables.PanelBuilder, name: string, properties: dashboard.DynamicConfigValue[]) {
    if (properties.length) builder.overrideByName(name, properties);
}

const linked = (links?: Link[]): dashboard.DynamicConfigValue[] =>
    links?.length ? [{ id: "links", value: links.map((link) => ({ ...link, targetBlank: false })) }] : [];

const mapped = (value: dashboard.ValueMapping[]): dashboard.DynamicConfigValue[] =>
    value.length ? [{ id: "mappings", value }] : [];

const sized = (width?: number): dashboard.DynamicConfigValue[] =>
    width ? [{ id: "custom.width", value: width }] : [];

function columnProperties(column: Column): dashboard.DynamicConfigValue[] {
    // A panel's noValue is for a table without rows, but Grafana shows it in empty cells, too.
    const properties = [...linked(column.links), ...sized(column.width), { id: "noValue", value: "–" }];
    if (column.unit) properties.push({ id: "unit", value: column.unit });
    const decimals = decimalsOf(column);
    if (decimals !== undefined) properties.push({ id: "decimals", value: decimals });
    if (column.steps) properties.push({ id: "thresholds", value: thresholds(column.steps) });
    properties.push(...mapped([
        ...(column.words ? mappings(column.words) : []), ...forPatterns(column.texts ?? []),
        ...(column.steps ? forEmpty("–", plain) : []), // else an empty cell has the first step's colour
    ]));
    const cell = cellOf(column);
    if (cell) properties.push({ id: "custom.cellOptions", value: cell });
    return properties;
}

function cellOf({ as, steps, words }: Column) {
    switch (as ?? (steps || words ? "text" : undefined)) {
        case "text": return { type: "color-text" };
        case "cell": return { type: "color-background", mode: "basic" };
        default: return undefined;
    }
}
