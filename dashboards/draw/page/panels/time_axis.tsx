// SPDX-License-Identifier: Apache-2.0
// The time axis of the charts that are drawn here and not by @grafana/ui.

import { GrafanaTheme2, TimeRange, dateTimeFormat } from '@grafana/data';

export const AXIS_HEIGHT = 24;
const STEPS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800,
  604800,
];
const PIXELS_BETWEEN = 80;

interface Props {
  timeRange: TimeRange;
  timeZone: string;
  left: number;
  width: number;
  y: number;
  theme: GrafanaTheme2;
}

export const position = (time: number, timeRange: TimeRange, left: number, width: number) =>
  left +
  ((time - timeRange.from.valueOf()) / (timeRange.to.valueOf() - timeRange.from.valueOf())) * width;

export function TimeAxis({ timeRange, timeZone, left, width, y, theme }: Props) {
  const [from, to] = [timeRange.from.valueOf(), timeRange.to.valueOf()];
  const least = (to - from) / 1000 / Math.max(1, width / PIXELS_BETWEEN);
  const step = (STEPS.find((one) => one >= least) ?? STEPS.at(-1)!) * 1000;
  const format = step < 60_000 ? 'HH:mm:ss' : step < 86_400_000 ? 'HH:mm' : 'MM/DD';
  const ticks: number[] = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) {
    ticks.push(tick);
  }
  return (
    <g fill={theme.colors.text.primary} fontSize={12} textAnchor="middle">
      {ticks.map((tick) => (
        <text key={tick} x={position(tick, timeRange, left, width)} y={y + 16}>
          {dateTimeFormat(tick, { format, timeZone })}
        </text>
      ))}
    </g>
  );
}
