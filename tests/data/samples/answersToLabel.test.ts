import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { it } from 'node:test';
import { answersToLabel } from '../../../src/data/samples/index.js';
import { fleissKappa } from '../../../src/evaluate/index.js';

const page = readFileSync(new URL('../../../docs/labelling.md', import.meta.url), 'utf8');

it('answersToLabel() uses the labels that the guidelines define, each of them', () => {
  const used = new Set(answersToLabel().flatMap(({ labels }) => labels));
  const defined = [...page.matchAll(/^\d\. \*\*(\w+)\*\*:/gm)].map(([, label]) => label);
  assert.deepEqual([...used].sort(), defined.sort());
});

it('answersToLabel() has labellers who agree on much and not on all', () => {
  const kappa = fleissKappa(answersToLabel().map(({ labels }) => labels));
  assert.ok(kappa > 0.4 && kappa < 0.8, String(kappa));
});
