// SPDX-License-Identifier: Apache-2.0
// Grafana's Prometheus data source, as far as dashboards need it: time series, tables, heat maps, and
// the queries of variables. Steps and intervals are what Grafana's own makes of them.

import {
  DataFrame,
  DataQueryRequest,
  DataQueryResponse,
  FieldType,
  MetricFindValue,
  TestDataSourceResponse,
  TimeRange,
  createDataFrame,
} from '@grafana/data';
import { RuntimeDataSource, SceneObject, sceneGraph } from '@grafana/scenes';
import { Observable, from } from 'rxjs';
import { Series, instant, labelValues, range } from './prometheus_api';

const escapeRegex = (text: string) => text.replace(/[\\^$*+?.()|[\]{}]/g, '\\\\$&');

/** How a variable's value is written into PromQL. */
export function promqlFormat(value: unknown, variable: any): string {
  if (Array.isArray(value)) {
    const values = value.map((one) => escapeRegex(String(one)));
    return values.length === 1 ? values[0] : `(${values.join('|')})`;
  }
  return variable?.multi || variable?.includeAll
    ? escapeRegex(String(value))
    : String(value).replace(/\\/g, '\\\\').replace(/"/g, '\\"');
}

function legend(
  format: string | undefined,
  metric: Record<string, string>,
  expression: string,
): string {
  if (format && format !== '__auto') {
    return format.replace(/\{\{\s*(.+?)\s*\}\}/g, (_, label) => metric[label] ?? '');
  }
  const labels = Object.entries(metric).filter(([name]) => name !== '__name__');
  const inside = labels.map(([name, value]) => `${name}="${value}"`).join(', ');
  return `${metric.__name__ ?? ''}${inside && `{${inside}}`}` || expression;
}

/** A range of seconds as Prometheus asks for it. */
interface Span {
  start: number;
  end: number;
  step: number;
}

export class PrometheusDataSource extends RuntimeDataSource {
  meta = { id: 'prometheus', name: 'Prometheus', info: { logos: {} } } as any;

  constructor(private readonly scrapeInterval: number) {
    super('prometheus', 'prometheus');
  }

  query(request: DataQueryRequest<any>): Observable<DataQueryResponse> {
    return from(this.answer(request));
  }

  async testDatasource(): Promise<TestDataSourceResponse> {
    return { status: 'success', message: '' };
  }

  async metricFindQuery(query: any, options: any): Promise<MetricFindValue[]> {
    const text: string = typeof query === 'string' ? query : query.query;
    const scene = options?.scopedVars?.__sceneObject?.value?.valueOf?.() as SceneObject | undefined;
    const asked = scene
      ? sceneGraph.interpolate(scene, text, options.scopedVars, promqlFormat)
      : text;
    const values = /^label_values\((?:(.*),\s*)?(\w+)\)$/s.exec(asked.trim());
    if (values) {
      return (await labelValues(values[2], values[1])).map((one) => ({ text: one, value: one }));
    }
    const result = /^query_result\((.*)\)$/s.exec(asked.trim());
    if (result) {
      const rows = await instant(result[1], Date.now() / 1000);
      return rows.map((row) => {
        const [time, value] = row.values[0];
        return { text: `${legend(undefined, row.metric, '')} ${value} ${time * 1000}` };
      });
    }
    throw new Error(`a variable's query that draw does not know: ${asked}`);
  }

  private async answer(request: DataQueryRequest<any>): Promise<DataQueryResponse> {
    const targets = request.targets.filter((target) => !target.hide && target.expr);
    const answers = await Promise.all(
      targets.map((target) => this.answerOne(request, target, targets.length)),
    );
    return { data: answers.flat(), state: 'Done' as any };
  }

  private async answerOne(request: DataQueryRequest<any>, target: any, count: number) {
    const span = this.span(request, target);
    const scene = request.scopedVars.__sceneObject!.value.valueOf() as SceneObject;
    const expression = this.interpolated(
      scene,
      request.scopedVars,
      request.range,
      target.expr,
      span.step,
    );
    if (target.format === 'table') {
      const rows =
        target.instant === false && target.range
          ? await range(expression, span.start, span.end, span.step)
          : await instant(expression, span.end);
      return [tableFrame(rows, target.refId, count)];
    }
    const rows = target.instant
      ? await instant(expression, span.end)
      : await range(expression, span.start, span.end, span.step);
    const frames = target.format === 'heatmap' ? apartBuckets(rows) : rows;
    return frames.map((row) => timeSeriesFrame(row, target, expression, span));
  }

  /** Grafana: the step is the interval, but not below the query's or the data source's minimum. */
  private span(request: DataQueryRequest<any>, target: any): Span {
    const least = target.interval ? seconds(target.interval) : this.scrapeInterval;
    const step =
      Math.max((request.intervalMs ?? 15000) / 1000, least, 1) * (target.intervalFactor ?? 1);
    const aligned = (time: number) => Math.floor(time / step) * step;
    return {
      start: aligned(request.range.from.valueOf() / 1000),
      end:
        target.instant || target.format === 'table'
          ? request.range.to.valueOf() / 1000
          : aligned(request.range.to.valueOf() / 1000),
      step,
    };
  }

  /** Series of an expression in a scene, at this step in seconds. */
  async seriesOf(scene: SceneObject, expression: string, timeRange: TimeRange, step: number) {
    const aligned = (time: number) => Math.floor(time / 1000 / step) * step;
    return range(
      this.interpolated(scene, {}, timeRange, expression, step),
      aligned(timeRange.from.valueOf()),
      aligned(timeRange.to.valueOf()),
      step,
    );
  }

  private interpolated(
    scene: SceneObject,
    scopedVars: any,
    timeRange: TimeRange,
    expression: string,
    step: number,
  ): string {
    const asked = Math.round((timeRange.to.valueOf() - timeRange.from.valueOf()) / 1000);
    const rate = Math.max(step + this.scrapeInterval, 4 * this.scrapeInterval);
    const scoped: any = {
      ...scopedVars,
      __interval: { value: `${step}s` },
      __interval_ms: { value: String(step * 1000) },
      __rate_interval: { value: `${rate}s` },
      __range: { value: `${asked}s` },
      __range_s: { value: String(asked) },
    };
    return sceneGraph.interpolate(scene, expression, scoped, promqlFormat);
  }
}

/** Of a duration such as 1m or 30s. */
function seconds(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text.trim());
  if (!match) {
    throw new Error(`not a duration: ${text}`);
  }
  return Number(match[1]) * { ms: 0.001, s: 1, m: 60, h: 3600, d: 86400 }[match[2]]!;
}

function tableFrame(rows: Series[], refId: string, count: number): DataFrame {
  const labels = [...new Set(rows.flatMap((row) => Object.keys(row.metric)))].sort();
  const cells = rows.flatMap((row) => row.values.map(([time, value]) => ({ row, time, value })));
  return createDataFrame({
    refId,
    meta: { preferredVisualisationType: 'table' },
    fields: [
      {
        name: 'Time',
        type: FieldType.time,
        values: cells.map(({ time }) => time * 1000),
        config: {},
      },
      ...labels.map((label) => ({
        name: label,
        type: FieldType.string,
        config: { filterable: true },
        values: cells.map(({ row }) => row.metric[label] ?? ''),
      })),
      {
        name: count > 1 ? `Value #${refId}` : 'Value',
        type: FieldType.number,
        config: {},
        values: cells.map(({ value }) => Number(value)),
      },
    ],
  });
}

function timeSeriesFrame(row: Series, target: any, expression: string, span: Span): DataFrame {
  const name =
    target.format === 'heatmap' && !target.legendFormat
      ? (row.metric.le ?? '')
      : legend(target.legendFormat, row.metric, expression);
  const times: number[] = [];
  const values: Array<number | null> = [];
  for (const [time, value] of row.values) {
    const last = times.at(-1);
    if (last !== undefined && time * 1000 - last > span.step * 1500) {
      times.push(last + span.step * 1000); // a line must not go on over what is missing
      values.push(null);
    }
    times.push(time * 1000);
    values.push(Number(value));
  }
  return createDataFrame({
    refId: target.refId,
    name,
    fields: [
      { name: 'Time', type: FieldType.time, values: times, config: { interval: span.step * 1000 } },
      {
        name: 'Value',
        type: FieldType.number,
        labels: row.metric,
        values,
        config: { displayNameFromDS: name },
      },
    ],
  });
}

/** Prometheus's buckets hold all below them; a heat map wants each alone, in order. */
function apartBuckets(rows: Series[]): Series[] {
  const bound = (row: Series) => Number((row.metric.le ?? '').replace('+Inf', 'Infinity'));
  const sorted = [...rows].sort((one, other) => bound(one) - bound(other));
  return sorted.map((row, index) => {
    const below = new Map(index ? sorted[index - 1].values : []);
    return {
      ...row,
      values: row.values.map(([time, value]) => [
        time,
        String(Math.max(0, Number(value) - Number(below.get(time) ?? 0))),
      ]),
    };
  });
}
