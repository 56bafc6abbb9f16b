// SPDX-License-Identifier: Apache-2.0
// Grafana's pie chart, drawn here: its packages do not have it.

import { PanelProps, formattedValueToString } from '@grafana/data';
import { VizLayout, useTheme2 } from '@grafana/ui';
import { legendOf } from './legend';
import { NoData, isEmpty } from './no_data';
import { singleValues } from './single_values';

function slice(from: number, to: number, radius: number, hole: number): string {
  const at = (part: number, distance: number) =>
    `${Math.sin(part * 2 * Math.PI) * distance} ${-Math.cos(part * 2 * Math.PI) * distance}`;
  const end = Math.min(to, from + 0.9999); // an arc needs two ends
  const large = end - from > 0.5 ? 1 : 0;
  return (
    `M${at(from, radius)} A${radius} ${radius} 0 ${large} 1 ${at(end, radius)} ` +
    `L${at(end, hole)} A${hole} ${hole} 0 ${large} 0 ${at(from, hole)} Z`
  );
}

export function PiePanel(props: PanelProps<any>) {
  const theme = useTheme2();
  if (isEmpty(props.data.series)) {
    return <NoData fieldConfig={props.fieldConfig} />;
  }
  const { options } = props;
  const found = singleValues(props, theme)
    .map((one) => one.display)
    .filter((one) => one.numeric > 0);
  const shown =
    options.sort === 'none'
      ? found
      : [...found].sort(
          (one, other) => (other.numeric - one.numeric) * (options.sort === 'asc' ? -1 : 1),
        );
  const sum = shown.reduce((total, one) => total + one.numeric, 0);
  const percent = (value: number) => `${Math.round((value / sum) * 100)}%`;
  const wanted: string[] = options.legend?.values ?? [];
  const items = shown.map((one) => ({
    label: one.title ?? '',
    color: one.color,
    values: [
      ...(wanted.includes('value') ? [{ ...one, title: 'Value' }] : []),
      ...(wanted.includes('percent')
        ? [{ numeric: one.numeric / sum, text: percent(one.numeric), title: 'Percent' }]
        : []),
    ],
  }));
  let begin = 0;
  return (
    <VizLayout width={props.width} height={props.height} legend={legendOf(options.legend, items)}>
      {(width, height) => {
        const radius = Math.min(width, height) / 2 - 4;
        const hole = options.pieType === 'donut' ? radius * 0.6 : 0;
        begin = 0;
        return (
          <svg width={width} height={height} fontSize={12}>
            <g transform={`translate(${width / 2} ${height / 2})`}>
              {shown.map((one, index) => {
                const from = begin;
                begin += one.numeric / sum;
                const middle = ((from + begin) / 2) * 2 * Math.PI;
                const label = [
                  options.displayLabels?.includes('name') && one.title,
                  options.displayLabels?.includes('value') && formattedValueToString(one),
                  options.displayLabels?.includes('percent') && percent(one.numeric),
                ]
                  .filter(Boolean)
                  .join(' ');
                const distance = (radius + hole) / 2;
                return (
                  <g key={index}>
                    <path d={slice(from, begin, radius, hole)} fill={one.color} />
                    {begin - from > 0.04 && (
                      <text
                        x={Math.sin(middle) * distance}
                        y={-Math.cos(middle) * distance}
                        textAnchor="middle"
                        dominantBaseline="central"
                        fill={theme.colors.getContrastText(one.color ?? '#888')}
                      >
                        {label}
                      </text>
                    )}
                  </g>
                );
              })}
            </g>
          </svg>
        );
      }}
    </VizLayout>
  );
}
