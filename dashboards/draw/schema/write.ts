// SPDX-License-Identifier: Apache-2.0
// npm run schemas: writes tests/dashboards/schema/*.json, which the check of dashboards reads.

import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';

// Its modules for browsers are not for Node.
const { getValueFormats, standardTransformers }: typeof import('@grafana/data') = createRequire(
  import.meta.url,
)('@grafana/data');

const here = fileURLToPath(new URL('.', import.meta.url));
const folder = fileURLToPath(new URL('../../../tests/dashboards/schema/', import.meta.url));

const write = (name: string, content: unknown) =>
  writeFileSync(`${folder}${name}.json`, `${JSON.stringify(content, null, 1)}\n`);

const generator = createGenerator({
  path: `${here}types.ts`,
  tsconfig: `${here}../tsconfig.json`,
  skipTypeCheck: true,
  jsDoc: 'none',
});
write('dashboard', generator.createSchema('GrafanaDashboard'));
write('field_config', generator.createSchema('GrafanaFieldConfig'));
write('panel_options', generator.createSchema('PanelOptions'));
write('panel_field_options', generator.createSchema('PanelFieldOptions'));

write('names', {
  units: getValueFormats()
    .flatMap((group) => group.submenu!.map((unit) => unit.value))
    .sort(),
  transformations: [...new Set(Object.values(standardTransformers).map((one) => one.id))].sort(),
});
