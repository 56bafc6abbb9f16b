// SPDX-License-Identifier: Apache-2.0
// Serves the built page on a free loopback port, what it is asked to draw, and Prometheus's API.

import { readFile } from 'node:fs/promises';
import { IncomingMessage, Server, ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const TYPES: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

async function body(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) {
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

export class PageServer {
  /** What /request.json answers. */
  drawn: unknown;
  private readonly server: Server;
  private readonly folders: Array<[string, string]>;
  private readonly prometheus: string;

  /** folders: from the begin of a path to the folder that has its files. */
  constructor(folders: Array<[string, string]>, prometheus: string) {
    this.folders = folders;
    this.prometheus = prometheus.replace(/\/$/, '');
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error) =>
        this.send(
          response,
          502,
          '.json',
          JSON.stringify({ status: 'error', error: `${this.prometheus}: ${error.cause ?? error}` }),
        ),
      );
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  stop() {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse) {
    const url = new URL(request.url!, 'http://localhost');
    if (url.pathname === '/request.json') {
      return this.send(response, 200, '.json', JSON.stringify(this.drawn));
    }
    if (url.pathname.startsWith('/prometheus/')) {
      const form = { 'Content-Type': 'application/x-www-form-urlencoded' };
      const answer = await fetch(
        `${this.prometheus}${url.pathname.slice('/prometheus'.length)}${url.search}`,
        request.method === 'POST'
          ? { method: 'POST', headers: form, body: new Uint8Array(await body(request)) }
          : {},
      );
      return this.send(response, answer.status, '.json', Buffer.from(await answer.arrayBuffer()));
    }
    const [begin, folder] = this.folders.find(([one]) => url.pathname.startsWith(one))!;
    const name = url.pathname.slice(begin.length) || 'index.html';
    const file = path.join(folder, path.normalize(`/${name}`));
    const content = await readFile(file).catch(() => undefined);
    return content
      ? this.send(response, 200, path.extname(file), content)
      : this.send(response, 404, '.html', 'not found');
  }

  private send(response: ServerResponse, status: number, type: string, content: Buffer | string) {
    response.writeHead(status, { 'Content-Type': TYPES[type] ?? 'application/octet-stream' });
    response.end(content);
  }
}
