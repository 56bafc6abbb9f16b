// SPDX-License-Identifier: Apache-2.0
// The limits of the rules, from the table that rules/render reads: docs/configuration.md.
import { readFileSync } from "node:fs";
import { severityColour, well, type Severity, type Step } from "./look.js";
import { top } from "./paths.js";

type Threshold = { value: number; fires: "above" | "below" };

const table = new Map<string, Threshold>();

for (const line of rows(readFileSync(top("docs/configuration.md"), "utf8"))) {
    const [name, severity, fires, value] = line.split("|").slice(1).map((cell) => cell.replace(/[ `]/g, ""));
    if ((fires !== "above" && fires !== "below") || !Number.isFinite(Number(value)))
        throw new Error(`docs/configuration.md: a threshold's row is not understood: ${line}`);
    table.set(`${name} ${severity}`, { value: Number(value), fires });
}

function rows(text: string): string[] {
    const found = /<!-- thresholds -->\n((?:\|.*\n)+)/.exec(text)?.[1];
    if (!found) throw new Error("docs/configuration.md has no table behind <!-- thresholds -->");
    return found.trimEnd().split("\n").slice(2);
}

/** The default of a limit, and on which side of it the rule fires. */
export function threshold(name: string, severity: Severity): Threshold {
    const found = table.get(`${name} ${severity}`);
    if (!found) throw new Error(`docs/configuration.md has no threshold ${name} with severity ${severity}`);
    return found;
}

/** Severities that the limit has, least first. */
export const severities = (name: string): Severity[] =>
    (["info", "warning", "critical"] as const).filter((severity) => table.has(`${name} ${severity}`));

/** Colours of a value by the defaults of a limit: green where no rule fires. */
export function stepsOf(name: string): Step[] {
    const limits = severities(name).map((severity) => ({ severity, ...threshold(name, severity) }));
    if (!limits.length) throw new Error(`docs/configuration.md has no threshold ${name}`);
    if (limits[0]!.fires === "above")
        return [{ from: null, colour: well },
            ...limits.map(({ severity, value }) => ({ from: value, colour: severityColour[severity] }))];
    // Below a limit it is bad: the worst comes first.
    const steps: Step[] = [];
    let from: number | null = null;
    for (const { severity, value } of limits.reverse()) {
        steps.push({ from, colour: severityColour[severity] });
        from = value;
    }
    return [...steps, { from, colour: well }];
}
