// SPDX-License-Identifier: Apache-2.0

import { PanelProps, cacheFieldDisplayNames } from '@grafana/data';
import { TableNG } from '@grafana/ui/unstable';
import { NoData } from './no_data';

export function TablePanel({
  data,
  width,
  height,
  options,
  fieldConfig,
  timeRange,
}: PanelProps<any>) {
  const frame = data.series[options.frameIndex ?? 0];
  if (!frame?.length) {
    return <NoData fieldConfig={fieldConfig} />;
  }
  cacheFieldDisplayNames(data.series);
  return (
    <TableNG
      data={frame}
      width={width}
      height={height}
      noHeader={options.showHeader === false}
      cellHeight={options.cellHeight}
      fieldConfig={fieldConfig}
      timeRange={timeRange}
      structureRev={data.structureRev}
      sortByBehavior={'initial' as any}
      sortBy={options.sortBy}
      frozenColumns={options.frozenColumns?.left}
      enablePagination={options.enablePagination}
      noValue={fieldConfig.defaults.noValue}
      getActions={() => []}
      disableSanitizeHtml={false}
    />
  );
}

export const tableDefaults = {
  align: 'auto',
  cellOptions: { type: 'auto' },
  inspect: false,
  width: undefined,
  minWidth: undefined,
  filterable: false,
  hidden: false,
  hideFrom: undefined,
  hideHeader: undefined,
  wrapText: undefined,
  wrapHeaderText: undefined,
  footer: undefined,
  tooltip: undefined,
};
