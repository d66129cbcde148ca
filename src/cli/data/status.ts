/** `workbook data status`: which parts of a run are done, and of one that is, what was dropped. */
import { resolve } from 'node:path';
import { layoutOf } from '../../data/crawl/layout.js';
import { type CrawlManifest, readManifest } from '../../data/crawl/manifest.js';
import { readPlan } from '../../data/crawl/plan.js';
import { type StageState, stateOf } from '../../data/crawl/stages.js';
import { defineCommand } from '../command.js';
import { readSubmission } from './slurm.js';

export const command = defineCommand({
  name: 'data status',
  summary: 'Says which parts of a run are done, and of one that is, what was dropped and why',
  details: [
    'The exit status is 0 when all is done. Behind each reason stand the documents that were dropped for it, their ' +
      'share of those that came to the filter, and their characters. The examples are a random sample of three, the ' +
      'same for the same crawl; the manifest has them all.',
  ],
  takes: ['DIR', "The run's --out"],
  options: {
    tasks: { kind: 'whole', help: 'How many tasks share the work (default as submitted, or 1)' },
    examples: { kind: 'whole', least: 0, default: 1, help: 'Documents shown of each reason, 3 at most' },
  },
  examples: ['data status clean', 'data status clean --examples 3'],
  run: ({ values, positionals }) => {
    const [out, ...others] = positionals;
    if (out === undefined || others.length > 0)
      throw new Error('Cannot say how far a run is: name its folder, and nothing else');
    const layout = layoutOf(resolve(out));
    const plan = readPlan(layout);
    if (!plan) throw new Error(`Cannot say how far the run in ${out} is: none was started there`);
    const tasks = values.tasks ?? readSubmission(resolve(out))?.tasks ?? 1;
    const states = stateOf(plan, layout, tasks);
    process.stdout.write(states.map((state) => line(state, tasks)).join(''));
    const manifest = readManifest(layout);
    if (manifest) process.stdout.write(droppedTable(manifest, values.examples));
    return states.every(({ done, total }) => done === total) ? 0 : 1;
  },
});

function line({ stage, done, total, open }: StageState, tasks: number): string {
  if (total === undefined) return `${stage}: waits for the stage before\n`;
  if (done === total) return `${stage}: done\n`;
  const ranks =
    tasks === 1 ? '' : `; open ${open.length === 1 ? 'rank' : 'ranks'} ${rangesOf(open)} of ${tasks}`;
  return `${stage}: ${done} of ${total} done${ranks}\n`;
}

/** Rising numbers with those in a row as one: `0-3, 7`. */
function rangesOf(numbers: readonly number[]): string {
  const ranges: [from: number, to: number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
}

/** Filter by filter what came in and went out, and each reason with its examples. */
function droppedTable({ stages, dropped = [] }: CrawlManifest, examples: number): string {
  const parts = stages.map(({ filter, documentsIn, documentsOut, charactersIn, charactersOut }) => {
    const head = `${filter}: ${documentsIn} in, ${documentsOut} out; ${charactersIn} characters in, ${charactersOut} out\n`;
    const rows = dropped
      .filter((row) => row.filter === filter)
      .map((row) => {
        const counts = `${row.documents} (${(100 * row.share).toFixed(1)} %), ${row.characters} characters`;
        return `  ${row.reason}: ${counts}\n${row.examples.slice(0, examples).map(exampleLine).join('')}`;
      });
    return `${head}${rows.join('')}`;
  });
  return `\n${parts.join('')}`;
}

function exampleLine({
  id,
  url,
  detail,
  text,
}: CrawlManifest['dropped'][number]['examples'][number]): string {
  const where = [id, url, detail].filter((part) => part !== undefined).join(' | ');
  return `    ${where}\n      ${text.replace(/\s+/g, ' ').trim()}\n`;
}
