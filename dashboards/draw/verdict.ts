// SPDX-License-Identifier: Apache-2.0
// What is wrong with a page that was drawn.

import type { PageReport, PanelReport } from './page/request.ts';

/** How a description says that its panel has nothing to show at times. */
const MAY_BE_EMPTY = /\bempty (while|until|unless|when|without|where|on|if|with|for|in)\b/i;

function ofPanel(panel: PanelReport, expected: string[]): string | undefined {
  const name = `panel ${panel.id} "${panel.title}" (${panel.type})`;
  if (panel.error) {
    return `${name}: ${panel.error}`;
  }
  if (!panel.done) {
    return `${name}: its queries have not ended`;
  }
  const mayBeEmpty =
    panel.type === 'text' ||
    MAY_BE_EMPTY.test(panel.description) ||
    expected.includes(panel.title) ||
    expected.includes(String(panel.id));
  return panel.values === 0 && !mayBeEmpty
    ? `${name} is empty, and its description does not say when it may be`
    : undefined;
}

export function problems(report: PageReport, expected: string[]): string[] {
  const found = report.panels
    .map((panel) => ofPanel(panel, expected))
    .filter((one) => one !== undefined);
  if (report.panels.length === 0 && report.errors.length === 0) {
    found.push('there is no panel');
  }
  return [...found, ...new Set(report.errors)];
}
