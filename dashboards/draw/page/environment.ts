// SPDX-License-Identifier: Apache-2.0
// What Grafana's packages expect of the program around them, which here is a page without a server.

import {
  FieldColorModeId,
  LoadingState,
  ThresholdsMode,
  displayNameOverrideProcessor,
  identityOverrideProcessor,
  numberOverrideProcessor,
  standardEditorsRegistry,
  standardFieldConfigEditorRegistry,
  standardTransformers,
  standardTransformersRegistry,
  stringOverrideProcessor,
  thresholdsOverrideProcessor,
  toDataFrame,
  unitOverrideProcessor,
  valueMappingsOverrideProcessor,
} from '@grafana/data';
import {
  setAppEvents,
  setDataSourceSrv,
  setPluginImportUtils,
  setPluginLinksHook,
  setRunRequest,
  setTemplateSrv,
} from '@grafana/runtime';
import { sceneUtils } from '@grafana/scenes';
import { catchError, map, of } from 'rxjs';
import type { PrometheusDataSource } from './data_source';

const nothing = () => null;

/** An option of a field, which has no editor here. */
export const fieldOption = (id: string, process: any, defaultValue?: unknown) => ({
  id,
  path: id,
  name: id,
  description: '',
  settings: {},
  editor: nothing as any,
  override: nothing as any,
  process,
  shouldApply: () => true,
  defaultValue,
});

function registerOptions() {
  const transformers = new Map(
    Object.values(standardTransformers).map((one: any) => [one.id, one]),
  );
  standardTransformersRegistry.setInit(
    () =>
      [...transformers.values()].map((one) => ({
        id: one.id,
        name: one.name,
        transformation: async () => one,
        editor: nothing as any,
        imageDark: '',
        imageLight: '',
      })) as any,
  );
  standardFieldConfigEditorRegistry.setInit(
    () =>
      [
        fieldOption('unit', unitOverrideProcessor),
        ...['min', 'max', 'fieldMinMax', 'decimals'].map((id) =>
          fieldOption(id, numberOverrideProcessor),
        ),
        fieldOption('displayName', displayNameOverrideProcessor),
        fieldOption('noValue', stringOverrideProcessor),
        fieldOption('color', identityOverrideProcessor, { mode: FieldColorModeId.Thresholds }),
        fieldOption('thresholds', thresholdsOverrideProcessor, {
          mode: ThresholdsMode.Absolute,
          steps: [
            { value: -Infinity, color: 'green' },
            { value: 80, color: 'red' },
          ],
        }),
        fieldOption('mappings', valueMappingsOverrideProcessor, []),
        fieldOption('links', identityOverrideProcessor),
        fieldOption('actions', identityOverrideProcessor),
        fieldOption('filterable', identityOverrideProcessor),
      ] as any,
  );
  standardEditorsRegistry.setInit(() => []);
}

function registerDataSource(dataSource: PrometheusDataSource) {
  sceneUtils.registerRuntimeDataSource({ dataSource });
  const settings: any = {
    uid: 'prometheus',
    name: 'Prometheus',
    type: 'prometheus',
    meta: dataSource.meta,
    jsonData: {},
    access: 'proxy',
    readOnly: true,
  };
  setDataSourceSrv({
    get: async () => dataSource,
    getList: () => [settings],
    getInstanceSettings: () => settings,
    reload: () => {},
    registerRuntimeDataSource: () => {},
  } as any);
  setRunRequest(((source: PrometheusDataSource, request: any) =>
    source.query(request).pipe(
      map((answer) => ({
        state: LoadingState.Done,
        series: answer.data.map((frame) => toDataFrame(frame)),
        annotations: [],
        timeRange: request.range,
        request,
      })),
      catchError((error: Error) =>
        of({
          state: LoadingState.Error,
          series: [],
          error,
          errors: [error],
          timeRange: request.range,
          request,
        }),
      ),
    )) as any);
}

export function prepareEnvironment(dataSource: PrometheusDataSource) {
  registerOptions();
  registerDataSource(dataSource);
  setPluginImportUtils({
    importPanelPlugin: async (id: string) => {
      throw new Error(`draw cannot draw panels of type ${id}`);
    },
    getPanelPluginFromCache: () => undefined,
  } as any);
  setTemplateSrv({
    replace: (text: string) => text,
    getVariables: () => [],
    containsTemplate: () => false,
    updateTimeRange: () => {},
  } as any);
  setPluginLinksHook(() => ({ isLoading: false, links: [] }));
  setAppEvents({
    publish: () => {},
    subscribe: () => ({ unsubscribe() {} }),
    getStream: () => of(),
  } as any);
}
