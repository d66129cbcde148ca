/** The thread that draws: answers each figure with its SVG or PNG. Started by `painter.ts`, one figure at a time. */
import { parentPort } from 'node:worker_threads';
import { messageOf } from '../../core/errors.js';
import type { Drawn, DrawRequest } from './messages.js';
import { openPage } from './page.js';
import { rasterize } from './rasterize.js';

const port = parentPort;
if (!port) throw new Error('Cannot start the drawing thread: it runs as a worker only');

const draw = openPage();
port.postMessage({ kind: 'ready' } satisfies Drawn);

port.on('message', async ({ figureJson, width, height, format, scale }: DrawRequest) => {
  try {
    const svg = await draw(figureJson, { width, height });
    const picture = format === 'svg' ? svg : rasterize(svg, scale);
    port.postMessage({ kind: 'picture', picture } satisfies Drawn);
  } catch (error) {
    port.postMessage({ kind: 'problem', problem: messageOf(error) } satisfies Drawn);
  }
});
