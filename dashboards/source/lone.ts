// SPDX-License-Identifier: Apache-2.0
// Nodes without a group are one row in tables of groups. Of one node, as of an exporter without a file of groups, that
// row has the node's address in the place of the group's name. The label that links to groups take is then what comes
// after "var-redis_group=" in the address of a page: no group, and that node.
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

/** The only one. */
export const loneNode = queriedText(name, {
    label: "Node without a group",
    expr: `label_replace(${nodes} and on () count(${nodes}) == 1, "instance", "&var-instance=$1", "instance", "(.*)")`
        + ` or on () label_replace(count(${nodes}) > 1 or vector(0), "instance", "&", "", "")`,
    description: "What links to the node without a group have in place of a group, where there is one.",
});

export const usesLoneNode = (json: string) => json.includes(`\${${name}}`);

/** Rows of groups; that of no group is of that node where it is the only one. */
export const withLoneNode = (expr: string) => `label_replace(${expr}, "redis_group", "\${${name}}", "redis_group", "")`;
export const loneNodeTexts: [pattern: string, text: string][] =
    [["/^&$/", "no group"], ["/^&var-instance=(.+)$/", "$1"]];
