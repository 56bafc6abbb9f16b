// SPDX-License-Identifier: Apache-2.0
// Events of a dashboard's annotations, for the time series to show.

import { rangeUtil } from '@grafana/data';
import { SceneObject, sceneGraph } from '@grafana/scenes';
import type { PrometheusDataSource } from './data_source';
import { note } from './log';

export interface Event {
  time: number;
  color: string;
}

const MOST_POINTS = 10_000; // Prometheus refuses 11,000, and Grafana does not ask for so many
const STEP = '60s'; // Grafana's own default for annotations of Prometheus

export const events: Event[] = [];
const listeners = new Set<() => void>();

/** Calls back when all events are known; returns what ends that. */
export function onEvents(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

/** Points that follow each other at one step are one event, which began at the first. */
function begins(times: number[], step: number): number[] {
  return times.filter((time, index) => index === 0 || time - times[index - 1] > step * 1000);
}

/** Asks for all events of a page. A query that fails is an error of the page. */
export async function loadEvents(
  dashboard: any,
  scene: SceneObject,
  dataSource: PrometheusDataSource,
) {
  const range = sceneGraph.getTimeRange(scene).state.value;
  for (const saved of dashboard.annotations?.list ?? []) {
    if (!saved.expr || saved.enable === false) {
      continue;
    }
    try {
      const seconds = (range.to.valueOf() - range.from.valueOf()) / 1000;
      const step = Math.max(
        rangeUtil.intervalToSeconds(saved.step || STEP),
        Math.ceil(seconds / MOST_POINTS),
      );
      const series = await dataSource.seriesOf(scene, saved.expr, range, step);
      for (const { values } of series) {
        const times = values.filter(([, value]) => Number(value) > 0).map(([time]) => time * 1000);
        events.push(...begins(times, step).map((time) => ({ time, color: saved.iconColor })));
      }
    } catch (error) {
      note(new Error(`annotation ${saved.name}: ${(error as Error).message}`));
    }
  }
  listeners.forEach((listener) => listener());
}
