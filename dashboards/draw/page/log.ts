// SPDX-License-Identifier: Apache-2.0
// What happened on the page, for its report.

import type { QueryReport } from './request';

export const queries: QueryReport[] = [];
export const errors: string[] = [];

export function note(error: unknown) {
  errors.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
}

window.addEventListener('error', (event) => {
  // Chromium says it of any observer that is late; nothing is wrong with the page.
  if (!event.message.startsWith('ResizeObserver loop')) {
    note(event.error ?? event.message);
  }
});
window.addEventListener('unhandledrejection', (event) => note(event.reason));
