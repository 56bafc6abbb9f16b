// SPDX-License-Identifier: Apache-2.0
// Bundles the page that draws. Not minified: the stack of an error should be readable.

import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = fileURLToPath(new URL('.', import.meta.url));

export default defineConfig({
  root: here,
  plugins: [react()],
  // @grafana/scenes 8 imports the compatibility layer of React Router 5, of which it needs version 6.
  resolve: { alias: { 'react-router-dom-v5-compat': `${here}page/router.tsx` } },
  publicDir: false,
  define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
  build: {
    emptyOutDir: true,
    minify: false,
    chunkSizeWarningLimit: 100_000,
  },
});
