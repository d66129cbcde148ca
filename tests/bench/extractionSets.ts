/**
 * Main text beside trafilatura from PyPI on public sets of pages, which everybody has to fetch: `WORKBOOK_TRAFILATURA`
 * names the folder `tests` of github.com/adbar/trafilatura (990 pages in many languages) and `WORKBOOK_SCRAPINGHUB`
 * github.com/scrapinghub/article-extraction-benchmark (181 English ones). Rules were made on half A of the first alone.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { extractText } from '../../dist/data/extract/extraction.js';
import { htmlToText } from '../../dist/data/extract/htmlToText.js';
import { qualityScore, trainQuality } from '../../dist/data/quality/qualityClassifier.js';
import { qualityExamples } from '../../dist/data/quality/qualityExamples.js';
import { decodeHtml } from '../../dist/data/readers/charset.js';
import { areaUnderCurve, type Scored } from '../data/quality/heldOut.js';
import { type Pieces, pieceScores, type Scores, shingleScores, squeezed } from './extractionMetrics.js';
import type { Measurement } from './measurement.js';
import { pythons } from './peer.js';

/** Which pages count, and how a text for each of them is scored. */
interface Part {
  readonly name: string;
  readonly nths: readonly number[];
  readonly score: (texts: readonly string[], nths: readonly number[]) => Scores;
}

export function measureExtractionSets(): Measurement[] {
  const { WORKBOOK_TRAFILATURA: trafilatura, WORKBOOK_SCRAPINGHUB: scrapinghub } = process.env;
  if (!trafilatura && !scrapinghub)
    console.log('No page to extract from: WORKBOOK_TRAFILATURA and WORKBOOK_SCRAPINGHUB name no folder');
  return [...(trafilatura ? piecesOf(trafilatura) : []), ...(scrapinghub ? articlesOf(scrapinghub) : [])];
}

/** Trafilatura's set, whole and in two halves by the first byte of the SHA-256 of a file's name: even is A. */
function piecesOf(folder: string): Measurement[] {
  const items = Object.values(
    JSON.parse(readFileSync(join(folder, 'evaldata.json'), 'utf8')) as Record<
      string,
      Pieces & { file: string }
    >,
  );
  const paths = items.map(
    ({ file }) => ['cache', 'eval'].map((place) => join(folder, place, file)).find(existsSync)!,
  );
  const nths = items.map((_, nth) => nth);
  const isA = (nth: number) => createHash('sha256').update(items[nth]!.file).digest()[0]! % 2 === 0;
  const score: Part['score'] = (texts, some) =>
    pieceScores(
      some.map((nth) => items[nth]!),
      some.map((nth) => texts[nth]!),
    );
  return measured(paths, [
    { name: "trafilatura's pages", nths, score },
    { name: "trafilatura's pages, half A", nths: nths.filter(isA), score },
    { name: "trafilatura's pages, half B", nths: nths.filter((nth) => !isA(nth)), score },
  ]);
}

function articlesOf(folder: string): Measurement[] {
  const truth = JSON.parse(readFileSync(join(folder, 'ground-truth.json'), 'utf8')) as Record<
    string,
    { readonly articleBody?: string }
  >;
  const keys = Object.keys(truth);
  const articles = keys.map((key) => truth[key]!.articleBody ?? '');
  const paths = keys.map((key) => join(folder, 'html', `${key}.html.gz`));
  const score: Part['score'] = (texts) => shingleScores(articles, texts);
  return [...measured(paths, [{ name: "Scrapinghub's pages", nths: [], score }]), judged(paths, articles)];
}

/** How well the learned judge, who has seen none of these sites, tells an article from what stands beside it. */
function judged(paths: readonly string[], articles: readonly string[]): Measurement {
  const model = trainQuality(qualityExamples());
  const scored = paths.flatMap((path, nth): Scored[] => {
    const article = squeezed(articles[nth]!);
    const lines = htmlToText(pageOf(path)).split('\n');
    const beside = lines.filter((line) => !article.includes(squeezed(line.replace(/^- /, ''))));
    return [
      { guess: qualityScore(model, articles[nth]!), score: 3 },
      { guess: qualityScore(model, beside.join('\n')), score: 0 },
    ];
  });
  const name = "learned quality: Scrapinghub's articles over what stands beside them, area under the curve";
  return { name, value: 100 * areaUnderCurve(scored), unit: '%' };
}

function pageOf(path: string): string {
  const bytes = readFileSync(path);
  return decodeHtml(path.endsWith('.gz') ? gunzipSync(bytes) : bytes, 'text/html').text;
}

function measured(paths: readonly string[], parts: readonly Part[]): Measurement[] {
  const pages = paths.map(pageOf);
  const start = process.cpuUsage();
  const texts = pages.map((html) => {
    const result = extractText(html);
    return result.found ? result.text : '';
  });
  const { user, system } = process.cpuUsage(start);
  const peers = peerTexts(paths);
  const seconds = (user + system) / 1e6;
  const own: PeerTexts = { texts, seconds };
  return peers.length === 0
    ? rowsOf(parts, own)
    : peers.flatMap(([peer, theirs]) => rowsOf(parts, own, { peer, theirs }));
}

function rowsOf(
  parts: readonly Part[],
  own: PeerTexts,
  beside?: { readonly peer: string; readonly theirs: PeerTexts },
): Measurement[] {
  const row = (name: string, unit: string, measure: (answer: PeerTexts) => number): Measurement => ({
    name: `extraction: ${name}`,
    unit,
    value: measure(own),
    ...(beside && { peer: beside.peer, peerValue: measure(beside.theirs) }),
  });
  const scores = parts.flatMap(({ name, nths, score }) =>
    (['precision', 'recall', 'f1'] as const).map((what) =>
      row(`${name}, ${what}`, '%', ({ texts }) => 100 * score(texts, nths)[what]),
    ),
  );
  return [
    ...scores,
    row(`${parts[0]!.name}, speed`, 'pages/s', ({ texts, seconds }) => texts.length / seconds),
  ];
}

interface PeerTexts {
  readonly texts: readonly string[];
  readonly seconds: number;
}

/** What trafilatura finds in its two modes; nothing where no Python here has it. */
function peerTexts(paths: readonly string[]): [mode: string, answer: PeerTexts][] {
  const script = fileURLToPath(new URL('extractionPeer.py', import.meta.url));
  for (const python of pythons) {
    const { status, stdout } = spawnSync(python, [script], {
      input: JSON.stringify(paths),
      encoding: 'utf8',
      maxBuffer: 1 << 30,
    });
    if (status !== 0) continue;
    const { version, standard, precision } = JSON.parse(stdout);
    return [
      [`trafilatura ${version}`, standard],
      [`trafilatura ${version}, precision`, precision],
    ];
  }
  return [];
}
