// SPDX-License-Identifier: Apache-2.0
// Grafana's heat map of buckets, drawn here: its packages do not have it. A row for each bucket, from
// the smallest below; calculated heat maps are not drawn.

import {
  FieldType,
  GrafanaTheme2,
  PanelProps,
  formattedValueToString,
  getFieldDisplayName,
  getValueFormat,
} from '@grafana/data';
import { measureText, useTheme2 } from '@grafana/ui';
import * as chromatic from 'd3-scale-chromatic';
import { NoData, isEmpty } from './no_data';
import { AXIS_HEIGHT, TimeAxis, position } from './time_axis';

const FONT = 12;
const LEGEND_HEIGHT = 34;
const LEGEND_STEPS = 32;

interface Bucket {
  name: string;
  times: number[];
  values: number[];
  interval: number;
}

function bucketsOf({ data, options, timeZone }: PanelProps<any>): Bucket[] {
  const format = getValueFormat(options.yAxis?.unit);
  return data.series.flatMap((frame) => {
    const time = frame.fields.find((field) => field.type === FieldType.time)!;
    return frame.fields
      .filter((field) => field.type === FieldType.number)
      .map((field) => {
        const name = getFieldDisplayName(field, frame, data.series);
        const bound = Number(name);
        const written =
          options.yAxis?.unit && Number.isFinite(bound)
            ? formattedValueToString(format(bound, options.yAxis.decimals, undefined, timeZone))
            : name;
        return {
          name: written,
          times: time.values,
          values: field.values,
          interval: time.config.interval ?? 15000,
        };
      });
  });
}

/** From 0 to 1 to a colour. */
function palette(color: any, theme: GrafanaTheme2): (part: number) => string {
  if (color?.mode === 'opacity') {
    const fill = theme.visualization.getColorByName(color.fill ?? 'dark-orange');
    return (part) => `color-mix(in srgb, ${fill} ${Math.round(part * 100)}%, transparent)`;
  }
  const scheme = (chromatic as any)[`interpolate${color?.scheme ?? 'Oranges'}`] as (
    at: number,
  ) => string;
  if (!scheme) {
    throw new Error(`no colour scheme ${color.scheme}`);
  }
  // Grafana turns schemes that are light at their begin around on a dark page.
  const around =
    Boolean(color?.reverse) !== (theme.isDark && scheme(0) !== chromatic.interpolateViridis(0));
  return (part) => scheme(around ? 1 - part : part);
}

export function HeatMapPanel(props: PanelProps<any>) {
  const theme = useTheme2();
  const { options, timeRange, timeZone, width, height, data } = props;
  if (isEmpty(data.series)) {
    return <NoData fieldConfig={props.fieldConfig} />;
  }
  if (options.calculate) {
    throw new Error('draw does not draw heat maps that Grafana calculates');
  }
  const buckets = bucketsOf(props);
  const least = options.filterValues?.le ?? 1e-9;
  const all = buckets.flatMap((bucket) => bucket.values).filter((value) => value > least);
  const low = options.color?.min ?? 0;
  const high = options.color?.max ?? Math.max(...all, low);
  const paint = palette(options.color, theme);
  const exponent = options.color?.scale === 'linear' ? 1 : (options.color?.exponent ?? 0.5);
  const part = (value: number) =>
    high > low ? Math.min(1, Math.max(0, (value - low) / (high - low))) ** exponent : 1;
  const left = 8 + Math.max(...buckets.map((bucket) => measureText(bucket.name, FONT).width));
  const bottom = height - AXIS_HEIGHT - (options.legend?.show === false ? 0 : LEGEND_HEIGHT);
  const [pitch, wide] = [bottom / buckets.length, width - left - 8];
  const labelEvery = Math.ceil((FONT + 2) / pitch);
  const written = getValueFormat(options.cellValues?.unit ?? 'short');
  return (
    <svg width={width} height={height} fontSize={FONT}>
      {buckets.map((bucket, row) => {
        const y = bottom - (row + 1) * pitch;
        return (
          <g key={row}>
            {row % labelEvery === 0 && (
              <text
                x={left - 6}
                y={y + pitch / 2}
                textAnchor="end"
                dominantBaseline="central"
                fill={theme.colors.text.primary}
              >
                {bucket.name}
              </text>
            )}
            {bucket.values.map((value, index) => {
              const start = Math.max(
                left,
                position(bucket.times[index] - bucket.interval, timeRange, left, wide),
              );
              const end = position(bucket.times[index], timeRange, left, wide);
              return (
                value > least &&
                end > start && (
                  <rect
                    key={index}
                    x={start}
                    y={y}
                    width={Math.max(0.5, end - start - (options.cellGap ?? 1))}
                    height={Math.max(0.5, pitch - (options.cellGap ?? 1))}
                    fill={paint(part(value))}
                  />
                )
              );
            })}
          </g>
        );
      })}
      <TimeAxis
        timeRange={timeRange}
        timeZone={timeZone}
        left={left}
        width={wide}
        y={bottom}
        theme={theme}
      />
      {options.legend?.show !== false && (
        <g
          transform={`translate(${left} ${bottom + AXIS_HEIGHT})`}
          fill={theme.colors.text.secondary}
        >
          {Array.from({ length: LEGEND_STEPS }, (_, step) => (
            <rect
              key={step}
              x={step * 6}
              width={6}
              height={10}
              fill={paint((step / (LEGEND_STEPS - 1)) ** exponent)}
            />
          ))}
          <text y={24}>{formattedValueToString(written(low))}</text>
          <text x={LEGEND_STEPS * 6} y={24} textAnchor="end">
            {formattedValueToString(written(high))}
          </text>
        </g>
      )}
    </svg>
  );
}
