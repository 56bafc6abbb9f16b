// SPDX-License-Identifier: Apache-2.0
// Nodes without a group are one row in tables of groups. Of one node, as of an exporter without a file of groups, that
// row has the node's address in the place of the group's name.
import { told } from "./known.js";
import { known } from "./memory.js";
import { maxBy, node } from "./queries.js";
import { queriedText } from "./variables.js";

const groupless = (metric: string) => node(metric, `redis_group=""`);
const up = groupless("redis_up");

// As upOrNot of known.ts has them, of no group alone, which is cheap where all have one.
const nodes = maxBy("instance", `${up} or ${told(up)} unless on (redis_group) ${up}`
    + ` or ${groupless("up")} == 0 and on (instance) ${known(up)}`);

const name = "lone_node";

/** The address of the only one. */
export const loneNode = queriedText(name, {
    label: "Node without a group",
    expr: `${nodes} and on () count(${nodes}) == 1`
        + ` or on () label_replace(count(${nodes}) > 1 or vector(0), "instance", "several", "", "")`,
    description: "The address of the node without a group, where there is one.",
});

export const usesLoneNode = (json: string) => json.includes(`\${${name}}`);

/** Rows of groups; that of no group gets the label instance. */
export const withLoneNode = (expr: string) => `label_replace(${expr}, "instance", "\${${name}}", "redis_group", "")`;
