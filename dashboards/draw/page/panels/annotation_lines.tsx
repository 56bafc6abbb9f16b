// SPDX-License-Identifier: Apache-2.0
// The page's events, as dashed lines on a time series.

import { UPlotConfigBuilder, useTheme2 } from '@grafana/ui';
import { useLayoutEffect } from 'react';
import type uPlot from 'uplot';
import { events, onEvents } from '../annotations';

export function AnnotationLines({ config }: { config: UPlotConfigBuilder }) {
  const theme = useTheme2();
  useLayoutEffect(() => {
    let plot: uPlot | undefined;
    config.addHook('draw', (drawn: uPlot) => {
      plot = drawn;
      const { ctx, bbox } = drawn;
      ctx.save();
      ctx.setLineDash([4, 4]);
      ctx.lineWidth = 2;
      for (const event of events) {
        const x = drawn.valToPos(event.time, 'x', true);
        if (x >= bbox.left && x <= bbox.left + bbox.width) {
          ctx.strokeStyle = theme.visualization.getColorByName(event.color);
          ctx.beginPath();
          ctx.moveTo(x, bbox.top);
          ctx.lineTo(x, bbox.top + bbox.height);
          ctx.stroke();
        }
      }
      ctx.restore();
    });
    return onEvents(() => plot?.redraw(false));
  }, [config, theme]);
  return null;
}
