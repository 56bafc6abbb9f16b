// SPDX-License-Identifier: Apache-2.0
// Panels. None can be made without a title, a description (what it shows, why it matters, what to do)
// and a unit. Width is in the 24 columns of a page; page.ts places them from left to right.
import * as bargauge from "@grafana/grafana-foundation-sdk/bargauge";
import * as common from "@grafana/grafana-foundation-sdk/common";
import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";
import * as heatmap from "@grafana/grafana-foundation-sdk/heatmap";
import * as prometheus from "@grafana/grafana-foundation-sdk/prometheus";
import * as stats from "@grafana/grafana-foundation-sdk/stat";
import * as statetimeline from "@grafana/grafana-foundation-sdk/statetimeline";
import * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";
import type { Link } from "./links.js";
import {
    type Severity, type Step, type Unit, type Words, forEmpty, mappings, muted, plain, severityColour, thresholds,
    unit, well,
} from "./look.js";
import { allAtEnd, limit } from "./queries.js";
import { judged } from "./states.js";
import { severities } from "./thresholds.js";
import { datasource } from "./variables.js";

export type Placed = { panel: dashboard.Panel; width: number; height: number };

export type About = {
    title: string;
    description: string;
    unit: Unit;
    width?: number;
    height?: number;
    decimals?: number;
    /** Shown when there is no series: say what that means. */
    noValue?: string;
    links?: dashboard.DashboardLinkBuilder[];
    /** At most so many moments; lines of half a page have 180, one each three or four pixels. 90 are 5 minutes
     * apart on a page of 6 hours, as Grafana rounds: for queries over very many series. */
    points?: number;
};

/** Of ratios: "0.0200%" is not read more easily than "0.0%". */
export const decimalsOf = ({ decimals, unit: of }: { decimals?: number; unit?: Unit }) =>
    decimals ?? (of === unit.ratio ? 1 : undefined);

/** What all panel builders of the SDK have in common. */
type Builder<T> = {
    title(text: string): T; description(text: string): T; unit(unit: string): T; decimals(n: number): T;
    noValue(text: string): T; links(links: dashboard.DashboardLinkBuilder[]): T;
    datasource(ref: dashboard.DataSourceRef): T; maxDataPoints(n: number): T; build(): dashboard.Panel;
};

export function about<T extends Builder<T>>(builder: T, { title, description, unit, ...more }: About): T {
    if (!title || !/^[A-Z].*\.$/s.test(description))
        throw new Error(`panel "${title}": its description has no sentence`);
    builder.title(title).description(description).unit(unit).datasource(datasource);
    const decimals = decimalsOf({ ...more, unit });
    if (decimals !== undefined) builder.decimals(decimals);
    if (more.noValue !== undefined) builder.noValue(more.noValue);
    if (more.links) builder.links(more.links);
    if (more.points) builder.maxDataPoints(more.points);
    return builder;
}

export const placed = (builder: { build(): dashboard.Panel }, { width, height }: About,
    usual: { width: number; height: number }): Placed =>
    ({ panel: builder.build(), width: width ?? usual.width, height: height ?? usual.height });

export const refId = (index: number) => String.fromCharCode("A".charCodeAt(0) + index);

export const query = (expr: string, index = 0) =>
    new prometheus.DataqueryBuilder().expr(expr).refId(refId(index)).datasource(datasource);

// ---- One figure -------------------------------------------------------------------------------------

const othersAlone = " Grey: it is of the nodes that answer; there are others.";

type StatSpec = About & {
    /** One series; several give a figure each, named by `legend`. */
    expr?: string;
    /** Instead of expr: the worst of values that have the label redis_group, in the colour of the limits that are
     * set for their groups; otherwise: where there are no values;
     * counts, missing, silent: as in judged(). */
    judged?: { name: string; of: string; counts?: string; otherwise?: string; missing?: string; silent?: string };
    /** Instead of expr: as graded() gives it. */
    graded?: string;
    legend?: string;
    steps?: Step[]; // without: no colour
    words?: Words;
    /** A line of the past below the figure. */
    past?: boolean;
    /** The figure's background has the colour: for what is to be seen first. */
    loud?: boolean;
    /** Shows this label of the series instead of its value. */
    showName?: boolean;
};

export function stat(given: StatSpec): Placed {
    const spec = given.judged?.silent ? { ...given, description: given.description + othersAlone } : given;
    const otherwise = spec.judged?.otherwise ? ` or on () ${spec.judged.otherwise}` : "";
    const expr = spec.judged ? judged(spec.judged) + otherwise : spec.graded ?? spec.expr;
    const limited = spec.judged !== undefined || spec.graded !== undefined;
    if (!expr) throw new Error(`stat "${spec.title}" has nothing to show`);
    const target = query(expr).legendFormat(limited ? "{{limit}}" : spec.legend ?? "");
    const builder = about(new stats.PanelBuilder(), { noValue: "–", ...spec })
        .withTarget(spec.past ? target.range() : target.instant())
        .graphMode(spec.past ? common.BigValueGraphMode.Area : common.BigValueGraphMode.None)
        .colorMode(spec.loud ? common.BigValueColorMode.Background : common.BigValueColorMode.Value)
        .textMode(spec.showName ? common.BigValueTextMode.Name
            : limited ? common.BigValueTextMode.Value : common.BigValueTextMode.Auto)
        .justifyMode(common.BigValueJustifyMode.Auto)
        .orientation(common.VizOrientation.Auto)
        .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]).values(false).fields(""))
        .colorScheme({ build: () => ({ mode: dashboard.FieldColorModeId.Thresholds }) })
        .thresholds({ build: () => thresholds(spec.steps ?? [{ from: null, colour: plain }]) });
    // Else a figure without a number has the first step's colour, which mostly is that of what is well.
    const empty = spec.steps || spec.words || limited ? forEmpty(spec.noValue ?? "–", muted) : [];
    builder.mappings([...mappings(spec.words ?? {}), ...empty]);
    if (limited)
        for (const [limit, colour] of [["within", well], spec.judged?.silent ? ["others", muted] : ["none", muted],
            ...(spec.judged ? severities(spec.judged.name) : ["warning", "critical"] as const)
                .map((severity) => [severity, severityColour[severity]])] as [string, string][])
            builder.overrideByName(limit, [{ id: "color", value: { mode: "fixed", fixedColor: colour } }]);
    return placed(builder, spec, { width: 3, height: 4 });
}

// ---- Lines over time --------------------------------------------------------------------------------

export type Line = {
    expr: string;
    legend: string;
    colour?: string;
    /** Drawn below zero: what goes out, beside what comes in. */
    mirrored?: boolean;
    dashed?: boolean;
    links?: Link[];
};

type SeriesSpec = About & {
    lines: Line[];
    /** Lines at a limit of the rules as it is now, in the colours of its severities; where: only if this has a
     * series now. */
    limit?: { name: string; severities: Severity[]; where?: string };
    stacked?: boolean;
    /** The axis goes so far at least: what is above, such as memory above maxmemory, is seen, too. */
    softMax?: number;
    /** Default 0; null: as the data is. */
    min?: number | null;
    bars?: boolean;
    logarithmic?: boolean;
    /** table: the last value of each line; list: names; none. */
    legend?: "table" | "list" | "none";
};

// Where an axis ends when all is 0, which would else be at 100: an error rate of 100 %, it seems.
const softMax: Partial<Record<Unit, number>> = {
    [unit.bytes]: 1024, [unit.bytesPerSecond]: 1024, [unit.ratio]: 0.01, [unit.seconds]: 0.001, [unit.perSecond]: 0.1,
    [unit.count]: 5, [unit.number]: 5, // else an axis of whole things has fifths of them
};

export function series(spec: SeriesSpec): Placed {
    const usual = { width: 12, height: 8 };
    const where = spec.limit?.where ? ` and on () (${spec.limit.where})` : "";
    const limits = (spec.limit?.severities ?? []).map((severity): Line => ({
        expr: allAtEnd(limit(spec.limit!.name, severity) + where), legend: `limit: ${severity}`,
        colour: severityColour[severity], dashed: true,
    }));
    const lines = [...spec.lines, ...limits];
    const points = spec.points ?? ((spec.width ?? usual.width) <= usual.width ? 180 : undefined);
    const builder = about(new timeseries.PanelBuilder(), { ...spec, ...(points && { points }) })
        .targets(lines.map(({ expr, legend }, index) => query(expr, index).range().legendFormat(legend)))
        .drawStyle(spec.bars ? common.GraphDrawStyle.Bars : common.GraphDrawStyle.Line)
        .lineInterpolation(common.LineInterpolation.Linear).lineWidth(1)
        // On a logarithmic axis what is below a line means nothing; what is below many of them is mud.
        .fillOpacity(spec.stacked ? 40 : spec.bars ? 60 : spec.logarithmic || spec.legend === "table" ? 0 : 8)
        .showPoints(common.VisibilityMode.Never).spanNulls(false)
        .colorScheme({ build: () => ({ mode: dashboard.FieldColorModeId.PaletteClassic }) })
        .tooltip(new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Multi)
            .sort(common.SortOrder.Descending))
        .legend(legendOf(spec.legend ?? "list"));
    if (spec.stacked)
        builder.stacking(new common.StackingConfigBuilder().mode(common.StackingMode.Normal).group("A"));
    if (spec.min !== null && !lines.some(({ mirrored }) => mirrored)) builder.min(spec.min ?? 0);
    if (!spec.logarithmic) builder.axisSoftMax(spec.softMax ?? softMax[spec.unit] ?? 1);
    if (spec.logarithmic)
        builder.scaleDistribution(new common.ScaleDistributionConfigBuilder()
            .type(common.ScaleDistribution.Log).log(10));
    lines.forEach((line, index) => {
        const properties = lineProperties(line);
        if (properties.length) builder.overrideByQuery(refId(index), properties);
    });
    return placed(builder, spec, usual);
}

function lineProperties({ colour, mirrored, dashed, links }: Line): dashboard.DynamicConfigValue[] {
    const properties: dashboard.DynamicConfigValue[] = [];
    if (colour) properties.push({ id: "color", value: { mode: "fixed", fixedColor: colour } });
    if (mirrored) properties.push({ id: "custom.transform", value: "negative-Y" });
    if (links) properties.push({ id: "links", value: links });
    if (dashed)
        properties.push({ id: "custom.lineStyle", value: { fill: "dash", dash: [8, 6] } },
            { id: "custom.fillOpacity", value: 0 }, {
                id: "custom.stacking", value: { mode: "none", group: "limits" },
            });
    return properties;
}

function legendOf(kind: "table" | "list" | "none") {
    const builder = new common.VizLegendOptionsBuilder().showLegend(kind !== "none");
    return kind === "table"
        ? builder.displayMode(common.LegendDisplayMode.Table).placement(common.LegendPlacement.Right)
            .calcs(["lastNotNull"]).sortBy("Last *").sortDesc(true)
        : builder.displayMode(common.LegendDisplayMode.List).placement(common.LegendPlacement.Bottom).calcs([]);
}

// ---- States over time -------------------------------------------------------------------------------

/** A bar for each series, coloured by its state. words: the states by number. */
export function history(spec: About & { expr: string; legend: string; words: Words }): Placed {
    const builder = about(new statetimeline.PanelBuilder(), spec)
        .withTarget(query(spec.expr).range().legendFormat(spec.legend))
        .mappings(mappings(spec.words)).mergeValues(true).rowHeight(0.85).lineWidth(0).fillOpacity(80)
        .showValue(common.VisibilityMode.Auto).alignValue(common.TimelineValueAlignment.Center)
        .colorScheme({ build: () => ({ mode: dashboard.FieldColorModeId.Thresholds }) })
        .thresholds({ build: () => thresholds([{ from: null, colour: plain }]) })
        .tooltip(new common.VizTooltipOptionsBuilder().mode(common.TooltipDisplayMode.Single)
            .sort(common.SortOrder.None))
        .legend(legendOf("list"));
    return placed(builder, spec, { width: 24, height: 8 });
}

// ---- The highest now --------------------------------------------------------------------------------

/** Horizontal bars, the longest first: `sort_desc(topk(10, ...))`. */
export function bars(spec: About & {
    expr: string; legend: string; steps?: Step[]; dataLinks?: Link[];
    /** Of a full bar, as what is above is drawn, too. Without, it is the highest value. */
    max?: number;
}): Placed {
    const builder = about(new bargauge.PanelBuilder(), spec)
        .withTarget(query(spec.expr).instant().legendFormat(spec.legend))
        .orientation(common.VizOrientation.Horizontal).displayMode(common.BarGaugeDisplayMode.Basic)
        .valueMode(common.BarGaugeValueMode.Text).showUnfilled(true).minVizHeight(16).maxVizHeight(24)
        // Names have two fifths of the width: at this size an address with its group is whole.
        .text(new common.VizTextDisplayOptionsBuilder().titleSize(11).valueSize(13))
        .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(["lastNotNull"]).values(false).fields(""))
        .min(0)
        .colorScheme({ build: () => ({ mode: dashboard.FieldColorModeId.Thresholds }) })
        .thresholds({ build: () => thresholds(spec.steps ?? [{ from: null, colour: "blue" }]) });
    if (spec.max !== undefined) builder.max(spec.max);
    if (spec.dataLinks)
        builder.dataLinks(spec.dataLinks.map(({ title, url }) => new dashboard.DashboardLinkBuilder(title).url(url)));
    return placed(builder, spec, { width: 8, height: 8 });
}

// ---- Distribution over time -------------------------------------------------------------------------

/** Buckets of a histogram: expr is `sum by (le) (rate(..._bucket[...]))`; unit is that of le. */
export function heat(spec: About & { expr: string }): Placed {
    const builder = about(new heatmap.PanelBuilder(), spec)
        .withTarget(query(spec.expr).range().legendFormat("{{le}}").format(prometheus.PromQueryFormat.Heatmap))
        .calculate(false).cellGap(1).showValue(common.VisibilityMode.Never)
        .color(new heatmap.HeatmapColorOptionsBuilder().mode(heatmap.HeatmapColorMode.Scheme)
            .scheme("Oranges").steps(64).reverse(false).exponent(0.5).fill("dark-orange"))
        .yAxis(new heatmap.YAxisConfigBuilder().unit(spec.unit).axisPlacement(common.AxisPlacement.Left))
        .cellValues(new heatmap.CellValuesBuilder().unit("cps"))
        .mode(common.TooltipDisplayMode.Single).hideYHistogram().showLegend();
    return placed(builder, spec, { width: 12, height: 8 });
}
