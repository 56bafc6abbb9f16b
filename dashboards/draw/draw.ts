// SPDX-License-Identifier: Apache-2.0
// Opens the page in headless Chromium for each dashboard, waits until its queries have ended, and
// takes a picture.

import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { type Options, USAGE, UsageError, readOptions } from './options.ts';
import type { DrawRequest, PageReport } from './page/request.ts';
import { PageServer } from './server.ts';
import { problems } from './verdict.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const SETTLE = 700; // ms, for what the page still lays out after its data came
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
// Nothing of the browser's own leaves this host.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-sync',
  '--disable-background-networking',
  '--disable-component-update',
  '--font-render-hinting=none',
];

function requestFor(file: string, options: Options): DrawRequest {
  return {
    dashboard: JSON.parse(readFileSync(file, 'utf8')),
    theme: options.theme,
    width: options.width,
    from: options.from,
    to: options.to,
    variables: options.variables,
    scrapeInterval: options.scrapeInterval,
    expandRows: !options.collapsed,
  };
}

async function drawOne(
  browser: Browser,
  url: string,
  picture: string,
  options: Options,
): Promise<PageReport> {
  const page = await browser.newPage({
    viewport: { width: options.width, height: options.screen ?? 900 },
    timezoneId: 'UTC',
    locale: 'en-US',
  });
  try {
    await page.route('**/*', (route) =>
      route.request().url().startsWith(url) ? route.continue() : route.abort(),
    );
    await page.goto(url);
    await page
      .waitForFunction(
        () => {
          const report = window.report?.();
          return report?.annotated && report.panels.every((panel) => panel.done);
        },
        null,
        { timeout: options.timeout * 1000 },
      )
      .catch(() => undefined); // what is not done is told
    await page.evaluate(() => document.fonts.ready);
    if (options.screen === undefined) {
      // Tables draw only the rows that are in sight.
      const height = await page.evaluate(() => document.documentElement.scrollHeight);
      await page.setViewportSize({ width: options.width, height });
    }
    await page.waitForTimeout(SETTLE);
    mkdirSync(path.dirname(path.resolve(picture)), { recursive: true });
    await page.screenshot({ path: picture, fullPage: options.screen === undefined });
    return await page.evaluate(
      () =>
        window.report?.() ?? {
          title: '',
          panels: [],
          annotated: false,
          queries: [],
          errors: ['the page did not begin'],
        },
    );
  } finally {
    await page.close();
  }
}

function tell(
  file: string,
  picture: string,
  report: PageReport,
  options: Options,
  began: number,
): boolean {
  const wrong = problems(report, options.expectEmpty);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(
    `${file}: ${report.panels.length} panels, ${report.queries.length} queries, ` +
      `${wrong.length} wrong, ${seconds} s: ${picture}`,
  );
  if (options.queries) {
    for (const query of report.queries) {
      console.log(`  ${query.series} series, ${query.seconds.toFixed(3)} s: ${query.expression}`);
    }
  }
  wrong.forEach((one) => console.log(`  ${one}`));
  return wrong.length === 0;
}

async function main(options: Options): Promise<boolean> {
  const executablePath = CHROMIUM.find((file) => existsSync(file));
  if (!executablePath) {
    throw new Error('Chromium is not installed: tools/install-packages dashboards');
  }
  const server = new PageServer(
    [
      ['/public/build/img/', `${HERE}node_modules/@grafana/ui/dist/public/img`],
      ['/', path.join(HERE, '../../build/dashboards/page')],
    ],
    options.prometheus,
  );
  const url = await server.start();
  const browser = await chromium.launch({ executablePath, headless: true, args: FLAGS });
  let good = true;
  try {
    for (const { dashboard, picture } of options.pictures) {
      const began = performance.now();
      server.drawn = requestFor(dashboard, options);
      const report = await drawOne(browser, url, picture, options);
      good = tell(dashboard, picture, report, options, began) && good;
    }
  } finally {
    await browser.close();
    server.stop();
  }
  return good;
}

try {
  process.exitCode = (await main(readOptions(process.argv.slice(2)))) ? 0 : 1;
} catch (error) {
  console.error(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : error);
  process.exitCode = 2;
}
