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

// A sample that is selected has a time of its own; what last_over_time() gives has none.
const lastTimes = (selected: string, ...times: string[]) =>
    `(${times.map((time) => `max_over_time(timestamp(${selected})[${time}] @ end())`).join(" or ")})`;
/** When it was told last, as Unix time: to two minutes within an hour before the page's end, to twenty within a day,
 * to some hours within two weeks. */
export const toldAt = (selected: string) => lastTimes(selected, "1h:2m", "1d:20m", "14d:3h");
/** The same for less, to tell of several which was told last: those of the last hour apart. */
export const lastTime = (selected: string) => lastTimes(selected, "1h:2m", "14d:3h");
