// SPDX-License-Identifier: Apache-2.0
// Grafana's legend for the charts that are drawn here and not by @grafana/ui.

import type { DisplayValue } from '@grafana/data';
import { VizLayout, VizLegend } from '@grafana/ui';

export interface LegendItem {
  label: string;
  color?: string;
  values?: DisplayValue[];
}

/** An element for VizLayout, or null without a legend. */
export function legendOf(options: any, items: LegendItem[]) {
  const legend = { showLegend: true, displayMode: 'list', placement: 'bottom', ...options };
  if (!legend.showLegend || legend.displayMode === 'hidden' || !items.length) {
    return null;
  }
  return (
    <VizLayout.Legend placement={legend.placement} width={legend.width}>
      <VizLegend
        placement={legend.placement}
        displayMode={legend.displayMode}
        readonly
        items={items.map(({ label, color, values }) => ({
          label,
          color,
          yAxis: 1,
          getDisplayValues: () => values ?? [],
        }))}
      />
    </VizLayout.Legend>
  );
}
