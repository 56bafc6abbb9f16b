// SPDX-License-Identifier: Apache-2.0
// What Prometheus was told before. A day of every node is dear to read, and two weeks are more so: beyond the last
// hour it is asked for single moments.

const lastHour = (selected: string) => `last_over_time(${selected}[1h] @ end())`;

/** As it was told last within a day before the page's end. */
export const remembered = (selected: string) => `(${lastHour(selected)} or last_over_time(${selected}[1d:1h] @ end()))`;

/** As it was told last within two weeks, unless that was for less than three hours. */
export const longAgo = (selected: string) => `last_over_time(${selected}[14d:3h] @ end())`;

/** Both. Only for what is known to be missed now: of what was removed on purpose it knows, too. */
export const known = (selected: string) => `(${lastHour(selected)} or ${longAgo(selected)})`;

/** When it was told last, as Unix time: to a minute within a day before the page's end, to some hours within two
 * weeks. A sample that is selected by its name has a time of its own; what last_over_time() gives has none. */
export const toldAt = (selected: string, finer = "1d:1m") =>
    `(max_over_time(timestamp(${selected})[${finer}] @ end())`
    + ` or max_over_time(timestamp(${selected})[14d:3h] @ end()))`;
/** The same for less, by two minutes within the last hour: of several that were told one after the other, which one
 * was the last. */
export const lastTime = (selected: string) => toldAt(selected, "1h:2m");
