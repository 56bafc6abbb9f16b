// SPDX-License-Identifier: Apache-2.0
// Prometheus's HTTP API, which draw.ts forwards below /prometheus.

import { queries } from './log';

export interface Series {
  metric: Record<string, string>;
  values: Array<[number, string]>;
}

async function get(path: string, parameters: Record<string, string>): Promise<any> {
  const response = await fetch(`/prometheus/api/v1/${path}`, {
    method: path.startsWith('query') ? 'POST' : 'GET',
    ...(path.startsWith('query') ? { body: new URLSearchParams(parameters) } : {}),
  });
  const answer = await response.json();
  if (answer.status !== 'success') {
    throw new Error(answer.error);
  }
  return answer.data;
}

async function query(path: string, parameters: Record<string, string>): Promise<Series[]> {
  const began = performance.now();
  const log = {
    expression: parameters.query,
    series: 0,
    seconds: 0,
    error: undefined as string | undefined,
  };
  queries.push(log);
  try {
    const data = await get(path, parameters);
    const rows = data.resultType === 'scalar' ? [{ metric: {}, value: data.result }] : data.result;
    log.series = rows.length;
    return rows.map((row: any) => ({ metric: row.metric, values: row.values ?? [row.value] }));
  } catch (error) {
    log.error = (error as Error).message;
    throw error;
  } finally {
    log.seconds = (performance.now() - began) / 1000;
  }
}

export const instant = (expression: string, time: number) =>
  query('query', { query: expression, time: String(time) });

export const range = (expression: string, start: number, end: number, step: number) =>
  query('query_range', {
    query: expression,
    start: String(start),
    end: String(end),
    step: String(step),
  });

/** Values of a label, of all series or of those that a selector has. */
export async function labelValues(label: string, selector?: string): Promise<string[]> {
  const match = selector ? `?${new URLSearchParams({ 'match[]': selector })}` : '';
  return get(`label/${label}/values${match}`, {});
}
