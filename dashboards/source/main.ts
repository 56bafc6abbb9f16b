// SPDX-License-Identifier: Apache-2.0
// Writes dashboards/redis-*.json, and generated.sha256: by it `make test` sees, without npm, that they
// are of these sources.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { capacity } from "./capacity.js";
import { cluster } from "./cluster.js";
import { commands } from "./commands.js";
import { exporterPage } from "./exporter.js";
import { fleet } from "./fleet.js";
import { instance } from "./instance.js";
import { keyspace } from "./keyspace.js";
import { top } from "./paths.js";
import { replication } from "./replication.js";
import { sentinel } from "./sentinel.js";

const written = [
    fleet(), instance(), replication(), sentinel(), cluster(), commands(), keyspace(), capacity(), exporterPage(),
];

for (const { uid, json } of written)
    // By one blank: a ConfigMap that kubectl applies may have 256 KiB.
    writeFileSync(top(`dashboards/${uid}.json`), JSON.stringify(json, null, 1) + "\n");

// Paths are from dashboards/, where `sha256sum -c generated.sha256` runs. The limits are those of the
// table of docs/configuration.md, of which rules/redis-thresholds.yml is written; where the runbooks are, the
// test compares itself.
const inputs = [
    ...readdirSync(top("dashboards/source")).map((name) => `source/${name}`),
    "package.json", "package-lock.json", "tsconfig.json", "../rules/redis-thresholds.yml",
];
const sum = (path: string) =>
    createHash("sha256").update(readFileSync(top(`dashboards/${path}`))).digest("hex");
const lines = [...inputs, ...written.map(({ uid }) => `${uid}.json`)].sort().map((path) => `${sum(path)}  ${path}`);
writeFileSync(top("dashboards/generated.sha256"), lines.join("\n") + "\n");
