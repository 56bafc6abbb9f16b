// SPDX-License-Identifier: Apache-2.0

import {
  DisplayValueAlignmentFactors,
  FieldDisplay,
  PanelProps,
  VizOrientation,
  getDisplayValueAlignmentFactors,
} from '@grafana/data';
import { BarGauge, VizRepeater, useTheme2 } from '@grafana/ui';
import { singleValues } from './single_values';

const defaults = {
  displayMode: 'gradient',
  orientation: 'auto',
  showUnfilled: true,
  valueMode: 'color',
  namePlacement: 'auto',
  sizing: 'auto',
  minVizWidth: 8,
  minVizHeight: 16,
  maxVizHeight: 300,
};

export function BarGaugePanel(props: PanelProps<any>) {
  const theme = useTheme2();
  const options = { ...defaults, ...props.options };
  const orientation: VizOrientation =
    options.orientation !== 'auto'
      ? options.orientation
      : props.width > props.height
        ? VizOrientation.Vertical
        : VizOrientation.Horizontal;
  return (
    <VizRepeater<FieldDisplay, DisplayValueAlignmentFactors>
      getValues={() => singleValues(props, theme)}
      getAlignmentFactors={getDisplayValueAlignmentFactors}
      orientation={orientation}
      width={props.width}
      height={props.height}
      source={props.data}
      itemSpacing={8}
      minVizWidth={options.minVizWidth}
      minVizHeight={options.minVizHeight}
      maxVizHeight={options.maxVizHeight}
      renderCounter={props.renderCounter}
      renderValue={({ value, width, height, alignmentFactors }) => (
        <BarGauge
          value={value.display}
          field={value.field}
          text={options.text}
          display={value.view?.getFieldDisplayProcessor(value.colIndex!)}
          width={width}
          height={height}
          orientation={orientation}
          displayMode={options.displayMode}
          showUnfilled={options.showUnfilled}
          valueDisplayMode={options.valueMode}
          namePlacement={options.namePlacement}
          theme={theme}
          alignmentFactors={alignmentFactors}
        />
      )}
    />
  );
}
