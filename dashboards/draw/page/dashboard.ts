// SPDX-License-Identifier: Apache-2.0
// From the classic JSON of a dashboard to a scene.

import {
  ConstantVariable,
  CustomVariable,
  DataSourceVariable,
  EmbeddedScene,
  QueryVariable,
  SceneControlsSpacer,
  SceneDataTransformer,
  SceneGridItem,
  SceneGridItemLike,
  SceneGridLayout,
  SceneGridRow,
  SceneQueryRunner,
  SceneTimePicker,
  SceneTimeRange,
  SceneVariable,
  SceneVariableSet,
  TextBoxVariable,
  VariableValueSelectors,
  VizPanel,
} from '@grafana/scenes';
import type { DrawRequest } from './request';

const dataSource = { type: 'prometheus', uid: 'prometheus' };
/** Pixels of a grid unit with the gap below it. */
export const GRID_UNIT = 38;

function variable(saved: any, chosen: string[] | undefined): SceneVariable {
  const common = {
    name: saved.name,
    label: saved.label ?? saved.name,
    hide: saved.hide ?? 0,
    skipUrlSync: true,
  };
  const single = chosen?.[0];
  switch (saved.type) {
    case 'datasource':
      return new DataSourceVariable({
        ...common,
        pluginId: saved.query,
        value: dataSource.uid,
        text: 'Prometheus',
      });
    case 'query': {
      const value = saved.multi ? (chosen ?? []) : (single ?? '');
      return new QueryVariable({
        ...common,
        datasource: dataSource,
        query: saved.query,
        refresh: 1,
        sort: saved.sort ?? 0,
        isMulti: saved.multi,
        includeAll: saved.includeAll,
        allValue: saved.allValue ?? undefined,
        defaultToAll: saved.includeAll && !chosen,
        regex: saved.regex ?? '',
        value,
        text: value,
      });
    }
    case 'constant':
      return new ConstantVariable({ ...common, value: saved.query });
    case 'textbox':
      return new TextBoxVariable({ ...common, value: single ?? saved.query ?? '' });
    case 'custom':
    case 'interval':
      return new CustomVariable({
        ...common,
        query: saved.query,
        isMulti: saved.multi,
        includeAll: saved.includeAll,
        allValue: saved.allValue ?? undefined,
        value: chosen ?? saved.current?.value ?? '',
        text: chosen ?? saved.current?.text ?? '',
      });
    default:
      throw new Error(`a variable of type ${saved.type}, which draw does not know`);
  }
}

function data(panel: any) {
  if (!panel.targets?.length) {
    return undefined;
  }
  const runner = new SceneQueryRunner({
    datasource: { type: 'prometheus', uid: '${datasource}' },
    queries: panel.targets.map((target: any) => ({ ...target, datasource: undefined })),
    maxDataPoints: panel.maxDataPoints,
    minInterval: panel.interval,
  });
  return panel.transformations?.length
    ? new SceneDataTransformer({ $data: runner, transformations: panel.transformations })
    : runner;
}

function gridItem(panel: any): SceneGridItem {
  const { x, y, w, h } = panel.gridPos;
  return new SceneGridItem({
    x,
    y,
    width: w,
    height: h,
    isResizable: false,
    isDraggable: false,
    body: new VizPanel({
      key: `panel-${panel.id}`,
      title: panel.title,
      description: panel.description,
      pluginId: panel.type,
      options: panel.options ?? {},
      fieldConfig: panel.fieldConfig ?? { defaults: {}, overrides: [] },
      displayMode: panel.transparent ? 'transparent' : 'default',
      $data: data(panel),
    }),
  });
}

/** Rows own the panels after them; a collapsed one has them in its JSON. */
function layout(panels: any[], expandRows: boolean): SceneGridItemLike[] {
  const children: SceneGridItemLike[] = [];
  let row: SceneGridRow | undefined;
  for (const panel of panels) {
    if (panel.type === 'row') {
      const collapsed = Boolean(panel.collapsed) && !expandRows;
      row = new SceneGridRow({
        x: 0,
        y: panel.gridPos.y,
        title: panel.title,
        isCollapsible: true,
        isCollapsed: collapsed,
        children: (panel.panels ?? []).map(gridItem),
      });
      children.push(row);
    } else if (row) {
      row.setState({ children: [...row.state.children, gridItem(panel)] });
    } else {
      children.push(gridItem(panel));
    }
  }
  return children;
}

/** Opening a saved row moves what is below it, as a click on it does. */
function opened(panels: any[]): any[] {
  let shift = 0;
  return panels.flatMap((panel) => {
    const moved = { ...panel, gridPos: { ...panel.gridPos, y: panel.gridPos.y + shift } };
    if (panel.type !== 'row' || !panel.collapsed || !panel.panels?.length) {
      return [moved];
    }
    const top = Math.min(...panel.panels.map((one: any) => one.gridPos.y));
    const bottom = Math.max(...panel.panels.map((one: any) => one.gridPos.y + one.gridPos.h));
    const offset = moved.gridPos.y + 1 - top;
    const inside = panel.panels.map((one: any) => ({
      ...one,
      gridPos: { ...one.gridPos, y: one.gridPos.y + offset },
    }));
    shift += bottom - top;
    return [{ ...moved, collapsed: false, panels: [] }, ...inside];
  });
}

/** The scene, and the height in pixels that its grid takes. */
export function sceneOf({ dashboard, expandRows, from, to, variables }: DrawRequest) {
  const saved: any[] = dashboard.templating?.list ?? [];
  const unknown = Object.keys(variables).filter((name) => !saved.some((one) => one.name === name));
  if (unknown.length) {
    throw new Error(`the dashboard has no variable ${unknown.join(', ')}`);
  }
  const panels = expandRows ? opened(dashboard.panels) : dashboard.panels;
  const scene = new EmbeddedScene({
    $timeRange: new SceneTimeRange({
      from: from ?? dashboard.time.from,
      to: to ?? dashboard.time.to,
      timeZone: 'utc',
    }),
    $variables: new SceneVariableSet({
      variables: saved.map((one) => variable(one, variables[one.name])),
    }),
    controls: [new VariableValueSelectors({}), new SceneControlsSpacer(), new SceneTimePicker({})],
    body: new SceneGridLayout({ isLazy: false, children: layout(panels, expandRows) }),
  });
  const bottom = Math.max(...panels.map((panel: any) => panel.gridPos.y + panel.gridPos.h));
  return { scene, height: bottom * GRID_UNIT };
}
