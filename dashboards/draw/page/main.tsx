// SPDX-License-Identifier: Apache-2.0
// The page that draws: reads what it is asked, prepares Grafana's packages, and shows the scene.

import { createTheme } from '@grafana/data';
import { initPluginTranslations } from '@grafana/i18n';
import { config } from '@grafana/runtime';
import { GlobalStyles, PortalContainer, ThemeContext } from '@grafana/ui';
import { createRoot } from 'react-dom/client';
import { MemoryRouter } from 'react-router-dom';
import { loadEvents } from './annotations';
import { PrometheusDataSource } from './data_source';
import { sceneOf } from './dashboard';
import { prepareEnvironment } from './environment';
import { note } from './log';
import { registerPanels } from './panels';
import { report } from './report';
import type { DrawRequest } from './request';

async function main() {
  const request: DrawRequest = await (await fetch('/request.json')).json();
  // Without a server there is no catalogue of texts: all are as they are in the source, English.
  await initPluginTranslations('grafana-scenes').catch(() => {});
  const theme = createTheme({ colors: { mode: request.theme } });
  config.theme2 = theme;
  const dataSource = new PrometheusDataSource(request.scrapeInterval);
  prepareEnvironment(dataSource);
  registerPanels();
  const { scene, height } = sceneOf(request);
  let annotated = false;
  window.report = () => report(request.dashboard.title, scene, annotated);
  const { background, text } = theme.colors;
  document.body.style.background = background.canvas;
  createRoot(document.getElementById('root')!).render(
    <ThemeContext.Provider value={theme}>
      <GlobalStyles />
      <MemoryRouter>
        <div
          style={{
            boxSizing: 'border-box',
            width: request.width,
            padding: '8px 16px',
            display: 'flex',
            flexDirection: 'column',
            minHeight: height + 88,
            background: background.canvas,
            color: text.primary,
          }}
        >
          <h3 style={{ margin: '4px 0 8px' }}>{request.dashboard.title}</h3>
          <scene.Component model={scene} />
        </div>
        <PortalContainer />
      </MemoryRouter>
    </ThemeContext.Provider>,
  );
  while (!window.report().panels.every((panel) => panel.done)) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await loadEvents(request.dashboard, scene, dataSource);
  annotated = true;
}

main().catch((error) => {
  note(error);
  window.report = () => ({
    title: '',
    panels: [],
    annotated: true,
    queries: [],
    errors: [String(error.stack ?? error)],
  });
});
