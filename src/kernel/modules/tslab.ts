/**
 * tslab's display API (`import * as tslab from 'tslab'`), so that a notebook written for it runs unchanged.
 * Every function follows tslab 1.0.22's `public.d.ts`.
 */
import { createRequire } from 'node:module';
import { currentHost, displaySymbol } from '../../core/display.js';
import { Buffer, process } from '../../core/globals.js';

/** What `tslab.display` and `tslab.newDisplay()` offer: each shows one value of one MIME type. */
export interface Display {
  readonly javascript: (text: string) => void;
  readonly html: (text: string) => void;
  readonly markdown: (text: string) => void;
  readonly latex: (text: string) => void;
  readonly svg: (text: string) => void;
  readonly png: (bytes: Uint8Array) => void;
  readonly jpeg: (bytes: Uint8Array) => void;
  readonly gif: (bytes: Uint8Array) => void;
  readonly pdf: (bytes: Uint8Array) => void;
  readonly text: (text: string) => void;
  readonly raw: (contentType: string, content: string | Uint8Array) => void;
}

/** Shows rich content, each call below the last. */
export const display: Display = createDisplay((bundle) => currentHost()?.display(bundle));

/** A display whose every call replaces what the last one showed. */
export function newDisplay(): Display {
  const id = `tslab-${++displays}`;
  let shown = false;
  return createDisplay((bundle) => {
    currentHost()?.display(bundle, { id, update: shown });
    shown = true;
  });
}

/** The versions in use. */
export const versions = {
  tslab: '1.0.22',
  typescript: (createRequire(import.meta.url)('typescript/package.json') as { version: string }).version,
  node: process.version,
};

let displays = 0;

function createDisplay(send: (value: object) => void): Display {
  const raw = (contentType: string, content: string | Uint8Array) => {
    const data = typeof content === 'string' ? content : Buffer.from(content).toString('base64');
    send({ [displaySymbol]: () => ({ [contentType]: data }) });
  };
  const of = (contentType: string) => (content: string | Uint8Array) => raw(contentType, content);
  return {
    javascript: of('text/javascript'),
    html: of('text/html'),
    markdown: of('text/markdown'),
    latex: of('text/latex'),
    svg: of('image/svg+xml'),
    png: of('image/png'),
    jpeg: of('image/jpeg'),
    gif: of('image/gif'),
    pdf: of('application/pdf'),
    text: of('text/plain'),
    raw,
  };
}
