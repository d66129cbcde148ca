/** A page of ours: one file that loads nothing, and may ask this server alone. */
import { readFileSync } from 'node:fs';
import type { Context } from 'hono';

const headers = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
};

/** Answers with a file of `src/serve/page`. */
export function pageResponse(context: Context, file: string): Response | Promise<Response> {
  const html = readFileSync(new URL(`../../../src/serve/page/${file}`, import.meta.url), 'utf8');
  return context.html(html, 200, headers);
}
