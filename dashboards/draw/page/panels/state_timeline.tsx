// SPDX-License-Identifier: Apache-2.0
// Grafana's state timeline, drawn here: its packages do not have it. A row for each series; values
// that follow each other and look the same are one box.

import { DisplayValue, Field, FieldType, PanelProps, getFieldDisplayName } from '@grafana/data';
import { VizLayout, measureText, useTheme2 } from '@grafana/ui';
import { LegendItem, legendOf } from './legend';
import { NoData, isEmpty } from './no_data';
import { AXIS_HEIGHT, TimeAxis, position } from './time_axis';

interface Box {
  from: number;
  to: number;
  display: DisplayValue;
}
interface Row {
  name: string;
  boxes: Box[];
}

const FONT = 12;
const MARGIN = 10;

function boxesOf(times: number[], field: Field, end: number, merge: boolean): Box[] {
  const boxes: Box[] = [];
  let open: Box | undefined;
  times.forEach((time, index) => {
    const value = field.values[index];
    if (open) {
      open.to = time;
    }
    if (value === null || value === undefined) {
      open = undefined;
      return;
    }
    const display = field.display!(value);
    if (
      !open ||
      !merge ||
      open.display.text !== display.text ||
      open.display.color !== display.color
    ) {
      open = { from: time, to: time, display };
      boxes.push(open);
    }
  });
  if (open) {
    open.to = end;
  }
  return boxes;
}

function rowsOf({ data, options, timeRange }: PanelProps<any>): Row[] {
  return data.series.flatMap((frame) => {
    const time = frame.fields.find((field) => field.type === FieldType.time);
    const last = (time?.values.at(-1) ?? 0) + (time?.config.interval ?? 0);
    return frame.fields
      .filter((field) => field !== time)
      .map((field) => ({
        name: getFieldDisplayName(field, frame, data.series),
        boxes: boxesOf(
          time?.values ?? [],
          field,
          Math.min(last, timeRange.to.valueOf()),
          options.mergeValues !== false,
        ),
      }));
  });
}

const textOf = ({ prefix, text, suffix }: DisplayValue) => `${prefix ?? ''}${text}${suffix ?? ''}`;

function legendItems(rows: Row[]): LegendItem[] {
  const items = new Map(
    rows
      .flatMap((row) => row.boxes)
      .map(({ display }) => [textOf(display), { label: textOf(display), color: display.color }]),
  );
  return [...items.values()].sort((one, other) => one.label.localeCompare(other.label));
}

export function StateTimelinePanel(props: PanelProps<any>) {
  const theme = useTheme2();
  if (isEmpty(props.data.series)) {
    return <NoData fieldConfig={props.fieldConfig} />;
  }
  const rows = rowsOf(props);
  const left = Math.min(
    props.width / 3,
    MARGIN + Math.max(...rows.map((row) => measureText(row.name, FONT).width)),
  );
  return (
    <VizLayout
      width={props.width}
      height={props.height}
      legend={legendOf(props.options.legend, legendItems(rows))}
    >
      {(width, height) => (
        <svg width={width} height={height} fontSize={FONT}>
          <Rows
            rows={rows}
            left={left}
            width={width - left - MARGIN}
            height={height - AXIS_HEIGHT}
            panel={props}
          />
          <TimeAxis
            timeRange={props.timeRange}
            timeZone={props.timeZone}
            left={left}
            width={width - left - MARGIN}
            y={height - AXIS_HEIGHT}
            theme={theme}
          />
        </svg>
      )}
    </VizLayout>
  );
}

function Rows({
  rows,
  left,
  width,
  height,
  panel,
}: {
  rows: Row[];
  left: number;
  width: number;
  height: number;
  panel: PanelProps<any>;
}) {
  const theme = useTheme2();
  const pitch = height / rows.length;
  const thick = pitch * (panel.options.rowHeight ?? 0.9);
  const custom = panel.fieldConfig.defaults.custom ?? {};
  const showValue = panel.options.showValue ?? 'auto';
  const x = (time: number) =>
    position(Math.max(time, panel.timeRange.from.valueOf()), panel.timeRange, left, width);
  return rows.map((row, index) => {
    const y = index * pitch + (pitch - thick) / 2;
    return (
      <g key={index}>
        <text
          x={left - MARGIN / 2}
          y={y + thick / 2}
          textAnchor="end"
          dominantBaseline="central"
          fill={theme.colors.text.primary}
        >
          {row.name}
        </text>
        {row.boxes.map((box, number) => {
          const [start, wide] = [x(box.from), Math.max(0, x(box.to) - x(box.from))];
          const text = textOf(box.display);
          const fits =
            showValue !== 'never' &&
            thick > FONT &&
            (showValue === 'always' || wide > measureText(text, FONT).width + 4);
          return (
            <g key={number}>
              <rect
                x={start}
                y={y}
                width={wide}
                height={thick}
                fill={box.display.color}
                fillOpacity={(custom.fillOpacity ?? 70) / 100}
                stroke={box.display.color}
                strokeWidth={custom.lineWidth ?? 0}
              />
              {fits && (
                <text
                  x={start + wide / 2}
                  y={y + thick / 2}
                  textAnchor="middle"
                  dominantBaseline="central"
                  fill={theme.colors.getContrastText(box.display.color ?? '#888')}
                >
                  {text}
                </text>
              )}
            </g>
          );
        })}
      </g>
    );
  });
}
