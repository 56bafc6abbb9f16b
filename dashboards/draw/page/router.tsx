// SPDX-License-Identifier: Apache-2.0
// Stands for react-router-dom-v5-compat: what version 6 has itself, and a wrapper that is not needed.

import type { ReactNode } from 'react';

export * from 'react-router-dom';
export const CompatRouter = ({ children }: { children: ReactNode }) => children;
