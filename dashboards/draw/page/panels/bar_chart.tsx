// SPDX-License-Identifier: Apache-2.0
// Grafana's bar chart, drawn here: its packages do not have it. Groups of bars side by side or stacked,
// one for each row of the first frame; no value axis but the values themselves.

import {
  Field,
  FieldType,
  PanelProps,
  formattedValueToString,
  getFieldDisplayName,
} from '@grafana/data';
import { VizLayout, measureText, useTheme2 } from '@grafana/ui';
import { legendOf } from './legend';
import { NoData, isEmpty } from './no_data';

const FONT = 12;
const LINE = 18;

export function BarChartPanel(props: PanelProps<any>) {
  const theme = useTheme2();
  const frame = props.data.series[0];
  if (!frame || isEmpty(props.data.series)) {
    return <NoData fieldConfig={props.fieldConfig} />;
  }
  const { options } = props;
  const names =
    frame.fields.find((field) => field.name === options.xField) ??
    frame.fields.find((field) => field.type === FieldType.string) ??
    frame.fields[0];
  const bars = frame.fields.filter((field) => field.type === FieldType.number && field !== names);
  const color = (field: Field, row: number) =>
    bars.length > 1
      ? (field.display!(row).color ?? '#888')
      : (field.display!(field.values[row]).color ?? '#888');
  const items = bars.map((field) => ({
    label: getFieldDisplayName(field, frame, props.data.series),
    color: color(field, 0),
  }));
  const stacked = options.stacking && options.stacking !== 'none';
  const rows = Array.from({ length: frame.length }, (_, row) => ({
    name: formattedValueToString(names.display!(names.values[row])),
    bars: bars.map((field) => ({
      value: Number(field.values[row] ?? 0),
      color: color(field, row),
      text: formattedValueToString(field.display!(field.values[row])),
    })),
  }));
  const most = Math.max(
    1e-12,
    ...rows.map((row) =>
      stacked
        ? row.bars.reduce((sum, bar) => sum + bar.value, 0)
        : Math.max(...row.bars.map((bar) => bar.value)),
    ),
  );
  const across = options.orientation === 'horizontal';
  return (
    <VizLayout width={props.width} height={props.height} legend={legendOf(options.legend, items)}>
      {(width, height) => {
        const labels = across
          ? 8 + Math.max(...rows.map((row) => measureText(row.name, FONT).width))
          : LINE;
        const long = across ? width - labels - 60 : height - labels - LINE;
        const pitch = (across ? height : width) / rows.length;
        const thick = (pitch * (options.groupWidth ?? 0.7)) / (stacked ? 1 : bars.length);
        return (
          <svg width={width} height={height} fontSize={FONT} fill={theme.colors.text.primary}>
            {rows.map((row, index) => {
              const middle = (index + 0.5) * pitch;
              let done = 0;
              return (
                <g key={index}>
                  {across ? (
                    <text x={labels - 4} y={middle} textAnchor="end" dominantBaseline="central">
                      {row.name}
                    </text>
                  ) : (
                    <text x={middle} y={height - 4} textAnchor="middle">
                      {row.name}
                    </text>
                  )}
                  {row.bars.map((bar, number) => {
                    const size = (bar.value / most) * long;
                    const side = stacked
                      ? middle - thick / 2
                      : middle + (number - row.bars.length / 2) * thick;
                    const begin = stacked ? done : 0;
                    done += size;
                    return across ? (
                      <g key={number}>
                        <rect
                          x={labels + begin}
                          y={side}
                          width={size}
                          height={thick * 0.95}
                          fill={bar.color}
                          fillOpacity={0.8}
                        />
                        {!stacked && (
                          <text
                            x={labels + size + 4}
                            y={side + thick / 2}
                            dominantBaseline="central"
                          >
                            {bar.text}
                          </text>
                        )}
                      </g>
                    ) : (
                      <g key={number}>
                        <rect
                          x={side}
                          y={height - labels - begin - size}
                          width={thick * 0.95}
                          height={size}
                          fill={bar.color}
                          fillOpacity={0.8}
                        />
                        {!stacked && (
                          <text
                            x={side + thick / 2}
                            y={height - labels - size - 4}
                            textAnchor="middle"
                          >
                            {bar.text}
                          </text>
                        )}
                      </g>
                    );
                  })}
                </g>
              );
            })}
          </svg>
        );
      }}
    </VizLayout>
  );
}
