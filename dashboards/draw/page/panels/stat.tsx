// SPDX-License-Identifier: Apache-2.0

import {
  DisplayValueAlignmentFactors,
  FieldDisplay,
  PanelProps,
  getDisplayValueAlignmentFactors,
} from '@grafana/data';
import { BigValue, VizRepeater, useTheme2 } from '@grafana/ui';
import { singleValues } from './single_values';

const defaults = {
  graphMode: 'area',
  colorMode: 'value',
  justifyMode: 'auto',
  textMode: 'auto',
  orientation: 'auto',
  wideLayout: true,
};

export function StatPanel(props: PanelProps<any>) {
  const theme = useTheme2();
  const options = { ...defaults, ...props.options };
  const named = ['name', 'value_and_name'].includes(options.textMode);
  return (
    <VizRepeater<FieldDisplay, DisplayValueAlignmentFactors>
      getValues={() => singleValues(props, theme, options.graphMode !== 'none')}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      orientation={options.orientation}
      width={props.width}
      height={props.height}
      source={props.data}
      itemSpacing={3}
      minVizHeight={20}
      renderCounter={props.renderCounter}
      autoGrid
      renderValue={({ value, width, height, count, alignmentFactors }) => (
        <BigValue
          value={{ ...value.display, title: count > 1 || named ? value.display.title : undefined }}
          count={count}
          sparkline={value.sparkline}
          colorMode={options.colorMode}
          graphMode={options.graphMode}
          justifyMode={options.justifyMode}
          textMode={options.textMode}
          text={options.text}
          alignmentFactors={alignmentFactors}
          percentChangeColorMode={options.percentChangeColorMode}
          disableWideLayout={!options.wideLayout}
          width={width}
          height={height}
          theme={theme}
        />
      )}
    />
  );
}
