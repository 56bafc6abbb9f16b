// SPDX-License-Identifier: Apache-2.0
// The command line of draw.

import { parseArgs } from 'node:util';

export const USAGE = `usage: dashboards/draw/draw [option...] DASHBOARD.json PICTURE.png [DASHBOARD.json PICTURE.png ...]

Draws dashboards by Grafana's own front end, with data of a Prometheus. Exits 1 when a panel fails, or
is empty and its description does not say when it may be ("Empty while ...", "empty without ...").

  --prometheus URL          where the data is (http://127.0.0.1:9090)
  --from TIME, --to TIME    instead of the dashboard's own range, for example --from now-5m
  --var NAME=VALUE[,VALUE]  value of a variable; again for others
  --scrape-interval SECONDS of the data source (15)
  --width PIXELS            of the page (1440)
  --screen PIXELS           only so much of the page's height, instead of all of it
  --theme dark|light        (dark)
  --collapsed               rows as they are saved, instead of all opened
  --expect-empty PANEL      id or title of a panel that may be empty; again for others
  --queries                 prints each query, with its series and seconds
  --timeout SECONDS         for one dashboard (60)`;

export interface Options {
  pictures: Array<{ dashboard: string; picture: string }>;
  prometheus: string;
  from?: string;
  to?: string;
  variables: Record<string, string[]>;
  scrapeInterval: number;
  width: number;
  screen?: number;
  theme: 'dark' | 'light';
  collapsed: boolean;
  expectEmpty: string[];
  queries: boolean;
  timeout: number;
}

export class UsageError extends Error {}

function number(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0)) {
    throw new UsageError(`--${name} ${text}: not a number above 0`);
  }
  return value;
}

export function readOptions(words: string[]): Options {
  const { values, positionals } = parse(words);
  if (positionals.length === 0 || positionals.length % 2) {
    throw new UsageError('give a picture for each dashboard');
  }
  const pictures = [];
  for (let index = 0; index < positionals.length; index += 2) {
    const [dashboard, picture] = positionals.slice(index, index + 2);
    if (!dashboard.endsWith('.json') || !picture.endsWith('.png')) {
      throw new UsageError(`${dashboard} ${picture}: give DASHBOARD.json and PICTURE.png`);
    }
    pictures.push({ dashboard, picture });
  }
  if (values.theme !== 'dark' && values.theme !== 'light') {
    throw new UsageError(`--theme ${values.theme}: dark or light`);
  }
  const variables = Object.fromEntries(
    (values.var ?? []).map((one) => {
      const at = one.indexOf('=');
      if (at < 1) {
        throw new UsageError(`--var ${one}: give NAME=VALUE`);
      }
      return [one.slice(0, at), one.slice(at + 1).split(',')];
    }),
  );
  return {
    pictures,
    variables,
    prometheus: values.prometheus!,
    from: values.from,
    to: values.to,
    scrapeInterval: number('scrape-interval', values['scrape-interval']!),
    width: number('width', values.width!),
    screen: values.screen === undefined ? undefined : number('screen', values.screen),
    theme: values.theme,
    collapsed: values.collapsed!,
    expectEmpty: values['expect-empty'] ?? [],
    queries: values.queries!,
    timeout: number('timeout', values.timeout!),
  };
}

function parse(words: string[]) {
  const text = (preset?: string) => ({ type: 'string' as const, default: preset });
  const list = { type: 'string' as const, multiple: true as const };
  const flag = { type: 'boolean' as const, default: false };
  try {
    return parseArgs({
      args: words,
      allowPositionals: true,
      options: {
        prometheus: text('http://127.0.0.1:9090'),
        from: { type: 'string' },
        to: { type: 'string' },
        var: list,
        'scrape-interval': text('15'),
        width: text('1440'),
        screen: { type: 'string' },
        theme: text('dark'),
        collapsed: flag,
        'expect-empty': list,
        queries: flag,
        timeout: text('60'),
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
