// SPDX-License-Identifier: Apache-2.0
// Colours and units: one colour for one meaning, on every page.
import * as units from "@grafana/grafana-foundation-sdk/units";
import * as dashboard from "@grafana/grafana-foundation-sdk/dashboard";

export const severityColour = { critical: "red", warning: "orange", info: "blue" } as const;
export const well = "green";
export const plain = "text"; // a figure that is neither good nor bad
export const muted = "#5c5f69"; // the same as a background
/** Of words that several pages draw; purple and light blue are those of roles alone. */
export const wordColour = {
    withTtl: "blue", withoutTtl: "yellow", allKeys: "green", expired: "blue", evicted: "orange",
} as const;
export const roleColour = { master: "purple", replica: "light-blue", sentinel: "yellow" } as const;

export type Severity = keyof typeof severityColour;

export const unit = {
    bytes: units.BytesIEC,
    bytesPerSecond: units.BytesPerSecondIEC,
    count: units.Short,
    ratio: units.PercentUnit, // 0 to 1, shown as percent
    percent: units.Percent, // 0 to 100
    seconds: units.Seconds,
    period: units.DurationSeconds, // "3 days" instead of "3.2 days"
    milliseconds: units.Milliseconds,
    microseconds: units.Microseconds,
    perSecond: "suffix:/s",
    opsPerSecond: units.OpsPerSecond,
    ago: units.DateTimeFromNow, // Unix time in milliseconds
    multiple: "suffix:×",
    number: units.Number, // all its digits, as of a setting
} as const;

export type Unit = (typeof unit)[keyof typeof unit];

/** A value's colour from `from` on; the first has no `from`. */
export type Step = { from: number | null; colour: string };

/** Green, and another colour from 1 on: for numbers of what should not be there. */
export const noneIsWell = (severity: Severity): Step[] => [
    { from: null, colour: well },
    { from: 1, colour: severityColour[severity] },
];

export const oneColour = (colour: string): Step[] => [{ from: null, colour }];

export function thresholds(steps: Step[]): dashboard.ThresholdsConfig {
    return {
        mode: dashboard.ThresholdsMode.Absolute,
        steps: steps.map(({ from, colour }) => ({ value: from, color: colour })),
    };
}

/** Texts and colours in place of numbers: { 1: ["up", well], 0: ["down", "red"] }. */
export type Words = Record<string, readonly [text: string, colour?: string]>;

export function mappings(words: Words): dashboard.ValueMapping[] {
    const options = Object.fromEntries(Object.entries(words).map(
        ([value, [text, color]], index) => [value, { text, index, ...(color && { color }) }]));
    return Object.keys(words).length ? [{ type: dashboard.MappingType.ValueToText, options }] : [];
}

/** What is shown where there is no value. */
export const forEmpty = (text: string, color?: string): dashboard.ValueMapping[] => ["empty", "null"].map((match) =>
    ({ type: "special", options: { match,
        result: { text, index: 0, ...(color && { color }) } } }) as dashboard.ValueMapping);

/** In place of texts that match, of which a text may take parts: $1. */
export const forPatterns = (texts: [pattern: string, text: string][]): dashboard.ValueMapping[] =>
    texts.map(([pattern, text]) =>
        ({ type: "regex", options: { pattern, result: { text, index: 0 } } }) as dashboard.ValueMapping);

/** What roleBy() of queries.ts gives. */
export const roleWords: Words = {
    1: ["master", roleColour.master], 2: ["replica", roleColour.replica], 3: ["Sentinel", roleColour.sentinel],
};
/** What is full of caches, on all pages. */
export const cacheWord = "cache, evicts";
/** redis_up, and what else is 1 when it is well. */
export const upWords: Words = { 0: ["down", severityColour.critical], 1: ["up", well] };
