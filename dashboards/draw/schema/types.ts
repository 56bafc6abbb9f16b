// SPDX-License-Identifier: Apache-2.0
// What tests/dashboards/schema is generated from: Grafana's own types of a dashboard, and of the options
// and field options of each type of panel.

import type * as dashboard from '../node_modules/@grafana/schema/dist/types/raw/dashboard/x/types.gen';
import type * as barchart from '../node_modules/@grafana/schema/dist/types/raw/composable/barchart/panelcfg/x/types.gen';
import type * as bargauge from '../node_modules/@grafana/schema/dist/types/raw/composable/bargauge/panelcfg/x/types.gen';
import type * as gauge from '../node_modules/@grafana/schema/dist/types/raw/composable/gauge/panelcfg/x/types.gen';
import type * as heatmap from '../node_modules/@grafana/schema/dist/types/raw/composable/heatmap/panelcfg/x/types.gen';
import type * as piechart from '../node_modules/@grafana/schema/dist/types/raw/composable/piechart/panelcfg/x/types.gen';
import type * as stat from '../node_modules/@grafana/schema/dist/types/raw/composable/stat/panelcfg/x/types.gen';
import type * as timeline from '../node_modules/@grafana/schema/dist/types/raw/composable/statetimeline/panelcfg/x/types.gen';
import type * as table from '../node_modules/@grafana/schema/dist/types/raw/composable/table/panelcfg/x/types.gen';
import type * as text from '../node_modules/@grafana/schema/dist/types/raw/composable/text/panelcfg/x/types.gen';
import type * as timeseries from '../node_modules/@grafana/schema/dist/types/raw/composable/timeseries/panelcfg/x/types.gen';

export type GrafanaDashboard = dashboard.Dashboard;
export type GrafanaFieldConfig = dashboard.FieldConfig;

/** By the type of panel; what is left out has a default. */
export interface PanelOptions {
  barchart: Partial<barchart.Options>;
  bargauge: Partial<bargauge.Options>;
  gauge: Partial<gauge.Options>;
  heatmap: Partial<heatmap.Options>;
  piechart: Partial<piechart.Options>;
  stat: Partial<stat.Options>;
  'state-timeline': Partial<timeline.Options>;
  table: Partial<table.Options>;
  text: Partial<text.Options>;
  timeseries: Partial<timeseries.Options>;
}

export interface PanelFieldOptions {
  barchart: Partial<barchart.FieldConfig>;
  heatmap: Partial<heatmap.FieldConfig>;
  piechart: Partial<piechart.FieldConfig>;
  'state-timeline': Partial<timeline.FieldConfig>;
  table: Partial<table.FieldConfig>;
  timeseries: Partial<timeseries.FieldConfig>;
}
