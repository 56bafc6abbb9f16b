// SPDX-License-Identifier: Apache-2.0
// Grafana's round gauge, drawn here: its packages do not have it. Thresholds are the outer arc.

import { FieldDisplay, PanelProps, VizOrientation, formattedValueToString } from '@grafana/data';
import { VizRepeater, useTheme2 } from '@grafana/ui';
import { singleValues } from './single_values';

const OPENING = 0.3; // of the circle, below

function arc(from: number, to: number, radius: number): string {
  const angle = (part: number) => 2 * Math.PI * (OPENING / 2 + part * (1 - OPENING));
  const at = (part: number) =>
    `${-Math.sin(angle(part)) * radius} ${Math.cos(angle(part)) * radius}`;
  return `M${at(from)} A${radius} ${radius} 0 ${(to - from) * (1 - OPENING) > 0.5 ? 1 : 0} 1 ${at(to)}`;
}

function Gauge({
  value,
  width,
  height,
  options,
  count,
}: {
  value: FieldDisplay;
  width: number;
  height: number;
  options: any;
  count: number;
}) {
  const theme = useTheme2();
  const [min, max] = [value.field.min ?? 0, value.field.max ?? 100];
  const title = count > 1 ? value.display.title : undefined;
  const radius = Math.max(10, Math.min(width / 2, (height - (title ? 18 : 0)) / 1.75) - 8);
  const part = (number: number) => Math.min(1, Math.max(0, (number - min) / (max - min || 1)));
  const steps = (value.field.thresholds?.steps ?? []).map((step, index, all) => ({
    from: part(Number.isFinite(step.value) ? step.value : min),
    color: theme.visualization.getColorByName(step.color),
    to: index + 1 < all.length ? part(all[index + 1].value) : 1,
  }));
  const [bar, band] = [radius * 0.22, radius * 0.06];
  return (
    <svg width={width} height={height} fill="none">
      <g transform={`translate(${width / 2} ${radius + 8})`}>
        <path
          d={arc(0, 1, radius - bar / 2 - band * 1.5)}
          stroke={theme.colors.background.secondary}
          strokeWidth={bar}
        />
        <path
          d={arc(0, part(value.display.numeric), radius - bar / 2 - band * 1.5)}
          stroke={value.display.color}
          strokeWidth={bar}
        />
        {options.showThresholdMarkers !== false &&
          steps.map(
            (step, index) =>
              step.to > step.from && (
                <path
                  key={index}
                  d={arc(step.from, step.to, radius - band / 2)}
                  stroke={step.color}
                  strokeWidth={band}
                />
              ),
          )}
        <text
          y={radius * 0.12}
          textAnchor="middle"
          fill={value.display.color}
          fontSize={radius * 0.36}
          fontWeight={500}
        >
          {formattedValueToString(value.display)}
        </text>
        {title && (
          <text y={radius + 6} textAnchor="middle" fontSize={13} fill={theme.colors.text.primary}>
            {title}
          </text>
        )}
      </g>
    </svg>
  );
}

export function GaugePanel(props: PanelProps<any>) {
  const theme = useTheme2();
  return (
    <VizRepeater<FieldDisplay>
      getValues={() => singleValues(props, theme)}
      source={props.data}
      orientation={props.options.orientation ?? VizOrientation.Auto}
      width={props.width}
      height={props.height}
      renderCounter={props.renderCounter}
      autoGrid
      renderValue={({ value, width, height, count }) => (
        <Gauge value={value} width={width} height={height} options={props.options} count={count} />
      )}
    />
  );
}
