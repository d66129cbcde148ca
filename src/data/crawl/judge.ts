/** Documents through the filters of texts, in a thread. */
import { gzipSync } from 'node:zlib';
import type { Document } from '../document.js';
import { funnelOf } from '../funnel.js';
import { judgeAll } from '../pipeline.js';
import type { Judged, JudgeJob } from './jobs.js';
import type { TextFilters } from './recipe.js';

/** Judges the documents and packs those that are kept. */
export async function judgeDocuments(
  { arePages, documents }: JudgeJob,
  { ofPages, ofTexts }: TextFilters,
): Promise<Judged> {
  const filters = arePages ? ofPages : ofTexts;
  const outcomes = documents.map((document) => judgeAll(document, filters));
  const kept = outcomes.filter(({ dropped }) => !dropped).map(({ document }) => document);
  return { member: packed(kept), kept: kept.length, stages: await funnelOf(filters, outcomes) };
}

/**
 * Documents as lines of JSON in one gzip member. A file of such members is one gzip file, and its bytes do not depend on
 * which thread packed which member.
 */
export function packed(documents: readonly Document[]): Uint8Array {
  if (documents.length === 0) return new Uint8Array(0);
  return gzipSync(documents.map((document) => `${JSON.stringify(document)}\n`).join(''));
}

/** What a file without any document holds, since no bytes at all are no gzip file. */
export const emptyMember: Uint8Array = gzipSync('');
