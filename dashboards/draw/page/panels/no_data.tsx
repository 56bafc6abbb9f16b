// SPDX-License-Identifier: Apache-2.0
// What Grafana shows in a panel without data.

import { DataFrame, FieldConfigSource } from '@grafana/data';

export const isEmpty = (frames: DataFrame[]) => frames.every((frame) => frame.length === 0);

export const NoData = ({ fieldConfig }: { fieldConfig: FieldConfigSource }) => (
  <div
    style={{
      display: 'flex',
      alignItems: 'center',
      justifyContent: 'center',
      height: '100%',
      opacity: 0.7,
    }}
  >
    {fieldConfig.defaults.noValue || 'No data'}
  </div>
);
