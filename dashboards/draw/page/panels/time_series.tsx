// SPDX-License-Identifier: Apache-2.0

import type { PanelProps } from '@grafana/data';
import { TimeSeries, UPlotConfigBuilder } from '@grafana/ui';
import { AnnotationLines } from './annotation_lines';
import { NoData, isEmpty } from './no_data';

const legendDefaults = { showLegend: true, displayMode: 'list', placement: 'bottom', calcs: [] };

export const TimeSeriesPanel = ({
  data,
  timeRange,
  timeZone,
  width,
  height,
  options,
  fieldConfig,
}: PanelProps<any>) =>
  isEmpty(data.series) ? (
    <NoData fieldConfig={fieldConfig} />
  ) : (
    <TimeSeries
      frames={data.series}
      timeRange={timeRange}
      timeZone={timeZone}
      width={width}
      height={height}
      legend={{ ...legendDefaults, ...options.legend }}
      options={options}
      structureRev={data.structureRev}
    >
      {(config: UPlotConfigBuilder) => <AnnotationLines config={config} />}
    </TimeSeries>
  );

export const timeSeriesDefaults = {
  drawStyle: 'line',
  lineInterpolation: 'linear',
  barAlignment: 0,
  barWidthFactor: 0.6,
  lineWidth: 1,
  lineStyle: undefined,
  lineColor: undefined,
  fillOpacity: 0,
  fillColor: undefined,
  fillBelowTo: undefined,
  gradientMode: 'none',
  spanNulls: false,
  insertNulls: false,
  showPoints: 'auto',
  pointSize: 5,
  stacking: { mode: 'none', group: 'A' },
  transform: undefined,
  axisPlacement: 'auto',
  axisLabel: '',
  axisColorMode: 'text',
  axisBorderShow: false,
  axisCenteredZero: false,
  axisGridShow: undefined,
  axisWidth: undefined,
  axisSoftMin: undefined,
  axisSoftMax: undefined,
  scaleDistribution: { type: 'linear' },
  hideFrom: { tooltip: false, viz: false, legend: false },
  thresholdsStyle: { mode: 'off' },
};
