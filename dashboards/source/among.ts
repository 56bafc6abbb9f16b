// SPDX-License-Identifier: Apache-2.0
// Expressions of only some series. What aggregates all nodes at each moment is dear, and mostly ten of them are
// drawn: the others are left out before that.

/** expr, of what `few` has by labels; expr keeps them. few: an aggregation, mostly by topk(). */
export function among(expr: string, labels: string, few: string): string {
    const { head, inner, rest } = split(expr);
    // The same before an aggregation that keeps the labels, and on the left of what keeps those of its left side.
    if (inner !== undefined && keeps(head, labels) && leftStays.test(outer(rest)))
        return `${head}${among(inner, labels, few)})${rest}`;
    return `${/^\w+(\{[^{}]*\}|\(\w+\{[^{}]*\}[^()]*\))$/.test(expr) ? expr : `(${expr})`} and on (${labels}) ${few}`;
}

/** Without what is in brackets. */
function outer(expr: string): string {
    const shorter = expr.replaceAll(/\([^()]*\)/g, "");
    return shorter === expr ? expr : outer(shorter);
}

const leftStays = /^($| ([-+*/>] (?!on )|and |unless )(?!.* or )(?!.* group_))/;

/** The labels of an expression that is, or begins with, an aggregation. */
export const labelsOf = (expr: string) => /^\(*\w+ by \(([^)]*)\)/.exec(expr)?.[1];

function keeps(head: string, labels: string): boolean {
    const by = labelsOf(head)?.split(", ");
    return head === "(" || (by !== undefined && labels.split(", ").every((label) => by.includes(label)));
}

/** An expression that begins with an aggregation by labels, or with a bracket: to its bracket, in it, and behind. */
function split(expr: string): { head: string; inner?: string; rest: string } {
    const head = /^(?:(?:sum|max|min|count|avg) by \([^)]*\) )?\(/.exec(expr)?.[0];
    if (!head) return { head: "", rest: expr };
    let depth = 1;
    for (let at = head.length; at < expr.length; ++at) {
        if (expr[at] === "(") ++depth;
        if (expr[at] === ")" && --depth === 0)
            return { head, inner: expr.slice(head.length, at), rest: expr.slice(at + 1) };
    }
    throw new Error(`brackets are left open: ${expr}`);
}
