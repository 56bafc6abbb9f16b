// SPDX-License-Identifier: Apache-2.0
// What the page's panels hold, for draw.ts to judge.

import { DataFrame, FieldType, LoadingState } from '@grafana/data';
import { SceneGridRow, SceneObject, VizPanel, sceneGraph } from '@grafana/scenes';
import { errors, queries } from './log';
import type { PageReport, PanelReport } from './request';

const isValue = (value: unknown) =>
  value !== null && value !== undefined && value !== '' && !Number.isNaN(value);

function countValues(frames: DataFrame[]): number {
  const fields = frames
    .flatMap((frame) => frame.fields)
    .filter((one) => one.type !== FieldType.time);
  return fields.reduce((sum, field) => sum + field.values.filter(isValue).length, 0);
}

function reportOf(panel: VizPanel): PanelReport {
  const { key, title, pluginId, description } = panel.state;
  const data = panel.state.$data && sceneGraph.getData(panel).state.data;
  const frames = data?.series ?? [];
  const loadError = (panel.state as any)._pluginLoadError;
  return {
    id: Number(key!.replace('panel-', '')),
    title,
    type: pluginId,
    description: typeof description === 'string' ? description : '',
    done:
      !panel.state.$data ||
      Boolean(loadError) ||
      data?.state === LoadingState.Done ||
      data?.state === LoadingState.Error,
    series: frames.length,
    values: countValues(frames),
    error: loadError ?? data?.errors?.[0]?.message ?? data?.error?.message,
  };
}

export function report(title: string, scene: SceneObject, annotated: boolean): PageReport {
  const panels: PanelReport[] = [];
  const walk = (object: SceneObject) => {
    if (object instanceof VizPanel) {
      panels.push(reportOf(object));
    }
    if (!(object instanceof SceneGridRow && object.state.isCollapsed)) {
      // what is in it is not asked
      object.forEachChild(walk);
    }
  };
  walk(scene);
  return { title, panels, annotated, queries, errors };
}
