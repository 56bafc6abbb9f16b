// SPDX-License-Identifier: Apache-2.0
// npm run write: writes KIND.json of every kind that deploy/kubernetes has, which tests/kubernetes/schemas.py
// reads. The types of Kubernetes and of the Prometheus operator are generated from their own definitions. They
// say which fields there are and of what type, not what a text may hold.

import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createGenerator } from 'ts-json-schema-generator';

const KUBERNETES = 'kubernetes-models';
const OPERATOR = '@kubernetes-models/prometheus-operator/monitoring.coreos.com';
const KINDS = {
  ConfigMap: `${KUBERNETES}/v1`,
  Deployment: `${KUBERNETES}/apps/v1`,
  NetworkPolicy: `${KUBERNETES}/networking.k8s.io/v1`,
  PodDisruptionBudget: `${KUBERNETES}/policy/v1`,
  PodMonitor: `${OPERATOR}/v1`,
  PrometheusRule: `${OPERATOR}/v1`,
  ScrapeConfig: `${OPERATOR}/v1alpha1`,
  Secret: `${KUBERNETES}/v1`,
  Service: `${KUBERNETES}/v1`,
  ServiceMonitor: `${OPERATOR}/v1`,
  StatefulSet: `${KUBERNETES}/apps/v1`,
};

const here = (name) => fileURLToPath(new URL(name, import.meta.url));

for (const [kind, place] of Object.entries(KINDS)) {
  const { $ref, definitions } = createGenerator({
    path: here(`node_modules/${place}/${kind}.d.ts`),
    tsconfig: here('tsconfig.json'),
    skipTypeCheck: true,
    jsDoc: 'none',
  }).createSchema(`I${kind}`);
  // A type on each line.
  const lines = Object.keys(definitions)
    .sort()
    .map((name) => `${JSON.stringify(name)}: ${JSON.stringify(definitions[name])}`);
  writeFileSync(
    here(`${kind}.json`),
    `{"$ref": ${JSON.stringify($ref)}, "definitions": {\n${lines.join(',\n')}\n}}\n`,
  );
}
