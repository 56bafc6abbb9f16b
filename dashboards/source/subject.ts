// SPDX-License-Identifier: Apache-2.0
// What a row is about: a node, or its group where it names none. Links cannot depend on what a row lacks, so the label
// "about" is the rest of the address of the page about it.
import { toSubject } from "./links.js";
import { type Key } from "./table.js";

export const replaced = (expr: string, value: string, label: string, pattern: string) =>
    `label_replace(${expr}, "about", "${value}", "${label}", "${pattern}")`;

/** By group and instance, or by group alone. */
export const withSubject = (expr: string) => replaced(
    replaced(expr, "replication?var-redis_group=$1", "redis_group", "(.*)"),
    "instance?var-instance=$1", "instance", "(.+)");

export const subjectKey: Key = {
    label: "about", name: "Node", links: [toSubject],
    texts: [["/^(replication|cluster|sentinel)\\?.*$/", "whole group"], ["/^[a-z]+\\?[a-z-]+=(.+)$/", "$1"]],
    derive: withSubject,
};
