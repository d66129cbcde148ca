/**
 * The votes of a person, in an SQLite file: a ballot is written down when it is handed out, and its vote before it is
 * answered, so a process that is killed loses none. One process at a time writes.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import sqlite from 'node-sqlite3-wasm';
import { hasCode, messageOf } from '../../core/errors.js';
import { isAlive } from '../../core/files.js';
import type { Battle, Winner } from '../../evaluate/arena/battle.js';

/** Two answers to be compared, before and after the vote. */
export interface Ballot {
  readonly id: string;
  readonly prompt: string;
  /** Names of models: whose answer is shown first, and whose second. */
  readonly one: string;
  readonly other: string;
  /** Once it is voted. */
  readonly winner: Winner | null;
}

/** Votes that may be added to. */
export interface Votes {
  /** Writes down what is about to be shown. */
  readonly handOut: (battle: Pick<Ballot, 'prompt' | 'one' | 'other'>) => Ballot;
  /** Counts a vote, unless the ballot has one: the first one stands. `undefined` if there is no such ballot. */
  readonly vote: (
    id: string,
    winner: Winner,
  ) => { readonly ballot: Ballot; readonly isNew: boolean } | undefined;
  /** All that was voted, in order. */
  readonly battles: () => Battle[];
  readonly close: () => void;
}

const columns = 'id, prompt, one, other, winner';

/**
 * Opens the votes in a file, which is made if need be.
 *
 * @throws {Error} If another process has them open, or the file cannot be used.
 */
export function openVotes(path: string): Votes {
  const release = claim(path);
  try {
    const database = new sqlite.Database(path);
    database.exec(
      'CREATE TABLE IF NOT EXISTS ballots (id TEXT PRIMARY KEY, prompt TEXT NOT NULL, one TEXT NOT NULL, other TEXT NOT NULL, winner TEXT, voted INTEGER)',
    );
    const ballotOf = (id: string) =>
      database.get(`SELECT ${columns} FROM ballots WHERE id = ?`, [id]) as unknown as Ballot | null;
    return {
      handOut: ({ prompt, one, other }) => {
        const id = randomUUID();
        database.run(`INSERT INTO ballots (${columns}) VALUES (?, ?, ?, ?, NULL)`, [id, prompt, one, other]);
        return { id, prompt, one, other, winner: null };
      },
      vote: (id, winner) => {
        const { changes } = database.run(
          'UPDATE ballots SET winner = ?, voted = (SELECT count(voted) FROM ballots) WHERE id = ? AND winner IS NULL',
          [winner, id],
        );
        const ballot = ballotOf(id);
        return ballot ? { ballot, isNew: changes === 1 } : undefined;
      },
      battles: () => battlesIn(database),
      close: () => {
        database.close();
        release();
      },
    };
  } catch (error) {
    release();
    throw cannotOpen(path, error);
  }
}

/**
 * The votes in a file, whoever has it open.
 *
 * @throws {Error} If there is no such file, or it cannot be read.
 */
export function readVotes(path: string): Battle[] {
  try {
    const database = new sqlite.Database(path, { readOnly: true });
    try {
      return battlesIn(database);
    } finally {
      database.close();
    }
  } catch (error) {
    throw cannotOpen(path, error);
  }
}

function battlesIn(database: sqlite.Database): Battle[] {
  const rows = database.all(`SELECT ${columns} FROM ballots WHERE winner IS NOT NULL ORDER BY voted`);
  return (rows as unknown as (Ballot & { readonly winner: Winner })[]).map(
    ({ one, other, winner, prompt }) => ({
      one,
      other,
      winner,
      prompt,
    }),
  );
}

const cannotOpen = (path: string, error: unknown): Error =>
  new Error(`Cannot open the votes in ${path}: ${messageOf(error)}`, { cause: error });

/**
 * Makes a file this process's own while it is open. SQLite's own lock is a folder here, which a process that is killed
 * while it writes leaves behind: who claims the file after a dead process takes it away.
 */
function claim(path: string): () => void {
  const owner = `${path}.owner`;
  const release = () => rmSync(owner, { force: true });
  for (let tries = 0; tries < 2; tries++)
    try {
      writeFileSync(owner, `${process.pid}`, { flag: 'wx' });
      rmSync(`${path}.lock`, { recursive: true, force: true });
      return release;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw cannotOpen(path, error);
      const pid = Number(readFileSync(owner, 'utf8'));
      if (pid > 0 && isAlive(pid))
        throw cannotOpen(path, `process ${pid} has them open; if not, delete ${owner}`);
      release();
    }
  throw cannotOpen(path, 'another process has just opened them');
}
