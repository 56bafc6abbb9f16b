// SPDX-License-Identifier: Apache-2.0
// The values that stat, gauge, bar gauge and pie show: one a series, or one a row.

import { FieldDisplay, GrafanaTheme2, PanelProps, getFieldDisplayValues } from '@grafana/data';

export function singleValues(
  props: PanelProps<any>,
  theme: GrafanaTheme2,
  sparkline = false,
): FieldDisplay[] {
  return getFieldDisplayValues({
    fieldConfig: props.fieldConfig,
    reduceOptions: { calcs: ['lastNotNull'], values: false, ...props.options.reduceOptions },
    replaceVariables: props.replaceVariables,
    theme,
    data: props.data.series,
    sparkline,
    timeZone: props.timeZone,
  });
}
