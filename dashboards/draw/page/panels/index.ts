// SPDX-License-Identifier: Apache-2.0
// The types of panels that can be drawn. What @grafana/ui has is Grafana's own; state timeline, heat
// map, bar chart, pie and gauge are drawn here, with Grafana's values, colours and legends.

import {
  FieldColorModeId,
  FieldConfigProperty,
  PanelPlugin,
  identityOverrideProcessor,
} from '@grafana/data';
import { sceneUtils } from '@grafana/scenes';
import { fieldOption } from '../environment';
import { BarChartPanel } from './bar_chart';
import { BarGaugePanel } from './bar_gauge';
import { GaugePanel } from './gauge';
import { HeatMapPanel } from './heat_map';
import { PiePanel } from './pie';
import { StatPanel } from './stat';
import { StateTimelinePanel } from './state_timeline';
import { TablePanel, tableDefaults } from './table';
import { TextPanel } from './text';
import { TimeSeriesPanel, timeSeriesDefaults } from './time_series';

const palette = { mode: FieldColorModeId.PaletteClassic };

function register(
  pluginId: string,
  component: any,
  custom: Record<string, unknown> = {},
  color?: object,
) {
  const plugin = new PanelPlugin(component).useFieldConfig({
    standardOptions: color
      ? ({ [FieldConfigProperty.Color]: { defaultValue: color } } as any)
      : undefined,
    useCustomConfig: (builder) =>
      Object.entries(custom).forEach(([name, value]) =>
        builder.addCustomEditor(fieldOption(name, identityOverrideProcessor, value) as any),
      ),
  });
  sceneUtils.registerRuntimePanelPlugin({ pluginId, plugin });
}

export function registerPanels() {
  register('timeseries', TimeSeriesPanel, timeSeriesDefaults, palette);
  register('stat', StatPanel);
  register('bargauge', BarGaugePanel);
  register('table', TablePanel, tableDefaults);
  register('text', TextPanel);
  register('gauge', GaugePanel);
  register('state-timeline', StateTimelinePanel, {
    fillOpacity: 70,
    lineWidth: 0,
    hideFrom: undefined,
  });
  register('heatmap', HeatMapPanel, { hideFrom: undefined, scaleDistribution: undefined });
  register('piechart', PiePanel, { hideFrom: undefined }, palette);
  register(
    'barchart',
    BarChartPanel,
    {
      lineWidth: 1,
      fillOpacity: 80,
      gradientMode: 'none',
      axisPlacement: 'auto',
      axisLabel: '',
      hideFrom: undefined,
      thresholdsStyle: undefined,
    },
    palette,
  );
}
