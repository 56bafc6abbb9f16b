// SPDX-License-Identifier: Apache-2.0
// What draw.ts asks of the page, and what the page tells it.

/** All that the page is asked to draw; draw.ts serves it at /request.json. */
export interface DrawRequest {
  dashboard: any;
  theme: 'dark' | 'light';
  /** Of the page, in pixels. */
  width: number;
  /** Instead of the dashboard's own time range, for example now-5m. */
  from?: string;
  to?: string;
  /** Values of variables by name; others are as the dashboard opens. */
  variables: Record<string, string[]>;
  /** Seconds; what a Grafana data source has as its scrape interval. */
  scrapeInterval: number;
  /** Opens rows that are saved collapsed. */
  expandRows: boolean;
}

/** One panel, as it is now. */
export interface PanelReport {
  id: number;
  title: string;
  type: string;
  description: string;
  done: boolean;
  series: number;
  /** Values that are numbers or text, apart from times. */
  values: number;
  error?: string;
}

export interface QueryReport {
  expression: string;
  series: number;
  seconds: number;
  error?: string;
}

export interface PageReport {
  title: string;
  panels: PanelReport[];
  /** Whether annotations were asked for, which is done after the panels. */
  annotated: boolean;
  queries: QueryReport[];
  /** Exceptions, and promises that nobody caught. */
  errors: string[];
}

declare global {
  interface Window {
    report?: () => PageReport;
  }
}
