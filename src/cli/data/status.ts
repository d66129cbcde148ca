/** `workbook data status`: which parts of a run are done. */
import { resolve } from 'node:path';
import { layoutOf } from '../../data/crawl/layout.js';
import { readPlan } from '../../data/crawl/plan.js';
import { type StageState, stateOf } from '../../data/crawl/stages.js';
import { defineCommand } from '../command.js';
import { readSubmission } from './slurm.js';

export const command = defineCommand({
  name: 'data status',
  summary: 'Says which parts of a run are done; the exit status is 0 when all are',
  takes: ['DIR', "The run's --out"],
  options: { tasks: { kind: 'whole', help: 'How many tasks share the work; default as submitted' } },
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
