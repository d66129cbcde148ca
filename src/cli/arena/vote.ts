/** `workbook arena vote`: a page on which a person compares answers, two at a time and without names. */
import { defineCommand } from '../command.js';
import { interruptSignal } from '../interrupt.js';

export const command = defineCommand({
  name: 'arena vote',
  summary: 'Shows two answers side by side, without names, on a page of this machine, and keeps the votes',
  takes: ['FILE', 'What arena answers wrote; the votes go into FILE.votes.sqlite'],
  options: {
    port: { kind: 'whole', least: 0, default: 8090, help: 'Where it listens; 0 for any port that is free' },
  },
  examples: ['arena vote answers.jsonl'],
  run: async ({ values: { port }, positionals: [file, more] }) => {
    if (file === undefined || more !== undefined)
      throw new Error('Cannot vote: expected one file of answers');
    const { startArena } = await import('../../serve/arena/arenaServer.js');
    const ended = interruptSignal();
    const server = await startArena(file, { port });
    process.stdout.write(`Voting page: ${server.url}/\n`);
    if (!ended.aborted) await new Promise((resolve) => ended.addEventListener('abort', resolve));
    await server.close();
    return 0;
  },
});
