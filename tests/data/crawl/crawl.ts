/** Small crawls and what is in a run's folder, for the tests of runs. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type FilterCrawlOptions, filterCrawl } from '../../../dist/data/crawl/filterCrawl.js';
import type { CrawlOptions } from '../../../src/data/crawl/parameters.js';
import type { Document } from '../../../src/data/document.js';
import { writeWarc } from '../../../src/data/readers/writeWarc.js';
import {
  crawlBlocklists,
  inventedUrlWords,
  type LabelledPage,
  labelledCrawl,
} from '../../../src/data/samples/labelledCrawl.js';

export const temporaryFolder = (name: string): string => mkdtempSync(join(tmpdir(), `${name}-`));

/** What finds the adult addresses of a labelled crawl, and shards so small that a crawl has some. */
export const crawlConfig = {
  shardDocuments: 40,
  url: { ...crawlBlocklists, ...inventedUrlWords },
} satisfies CrawlOptions;

/** A run that reads documents and writes them as they are, in small shards. */
export const noStages: CrawlOptions = {
  ...{
    shardDocuments: 17,
    url: false,
    extraction: false,
    language: false,
    minHash: false,
    anonymization: false,
  },
  ...{ gopherRepetition: false, gopherQuality: false, c4Quality: false, finewebQuality: false },
};

/** Writes a labelled crawl as some archives; the pages are dealt out like cards. */
export async function writeCrawl(
  folder: string,
  { pages, files, seed = 1 }: { readonly pages: number; readonly files: number; readonly seed?: number },
): Promise<{ readonly paths: readonly string[]; readonly pages: readonly LabelledPage[] }> {
  mkdirSync(folder, { recursive: true });
  const all = [...labelledCrawl({ pages, seed })];
  const paths: string[] = [];
  for (let file = 0; file < files; file++) {
    paths.push(join(folder, `crawl-${file}.warc.gz`));
    await writeWarc(
      paths[file]!,
      all.filter((_, nth) => nth % files === file),
    );
  }
  return { paths, pages: all };
}

/** Runs to the end. */
export async function runWhole(
  inputs: readonly string[],
  out: string,
  options: FilterCrawlOptions = {},
): Promise<void> {
  for await (const { stage } of filterCrawl(inputs, out, { config: crawlConfig, ...options })) void stage;
}

/** Every file of the result by its name, as text that is easily compared. */
export function resultOf(out: string): Record<string, string> {
  const names = readdirSync(join(out, 'shards')).sort();
  const paths = ['manifest.json', ...names.map((name) => join('shards', name))];
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(out, path)).toString('base64')]));
}

/** The documents of all shards, in order. */
export function documentsOf(out: string): Document[] {
  const names = readdirSync(join(out, 'shards')).sort();
  return names.flatMap((name) =>
    gunzipSync(readFileSync(join(out, 'shards', name)))
      .toString()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Document),
  );
}

/** Everything below a folder that a killed run would leave half-written. */
export const partsIn = (out: string): string[] =>
  (readdirSync(out, { recursive: true }) as string[]).filter((name) => name.endsWith('.part'));
