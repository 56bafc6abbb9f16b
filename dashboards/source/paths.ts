// SPDX-License-Identifier: Apache-2.0
// Files by their path from the top of the repository; this runs as dashboards/compiled/paths.js.
import { fileURLToPath } from "node:url";

export const top = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
