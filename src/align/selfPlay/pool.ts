/** The past selves of a player, and a file in which all of a run stands, so that it can be gone on with exactly. */
import { existsSync } from 'node:fs';
import { tensorIn } from '../../model/files/checkpointFile.js';
import { openSafetensors } from '../../model/files/safetensors.js';
import { copyParams, disposeParams, type GptParams, namedParams, paramsFrom } from '../../model/params.js';
import { type AdamW, type AdamWOptions, createAdamW } from '../../train/adamW.js';
import { restoreCheckpoint, saveCheckpoint } from '../../train/checkpoint.js';

/** A model as it was after so many updates. */
export interface PastSelf {
  readonly updates: number;
  readonly params: GptParams;
}

/** Where a run stands. */
export interface SelfPlayState {
  /** Updates made. */
  updates: number;
  readonly optimizer: AdamW;
  /** Oldest first. */
  readonly pool: PastSelf[];
}

/** Keeps a copy of a model as it is now, and lets go of the oldest beyond `most`. */
export function remember({ updates, pool }: SelfPlayState, params: GptParams, most: number): void {
  pool.push({ updates, params: copyParams(params) });
  while (pool.length > most) disposeParams(pool.shift()!.params);
}

/** Frees what a run holds. */
export function disposeState({ optimizer, pool }: SelfPlayState): void {
  optimizer.dispose();
  for (const { params } of pool) disposeParams(params);
}

/**
 * Begins a run with the model as its own first past self, or reads a file of one into the model.
 *
 * @param file None, or one that need not be there.
 * @throws {SyntaxError} If the file is damaged or holds no run of self-play.
 * @throws {RangeError} If it is of another model.
 */
export function beginOrGoOn(params: GptParams, file: string | undefined, adamW: AdamWOptions): SelfPlayState {
  if (file === undefined || !existsSync(file)) {
    const state = { updates: 0, optimizer: createAdamW(params, adamW), pool: [] };
    remember(state, params, 1);
    return state;
  }
  const pool = readPool(file, params);
  try {
    const { optimizer, step } = restoreCheckpoint(file, params, { adamW });
    return { updates: step, optimizer, pool };
  } catch (error) {
    for (const { params } of pool) disposeParams(params);
    throw error;
  }
}

const nameIn = (updates: number, name: string): string => `past.${updates}.${name}`;

/** Writes a run, under a temporary name until it is complete. */
export function saveState(
  file: string,
  params: GptParams,
  { updates, optimizer, pool }: SelfPlayState,
): void {
  const heads = new Map(
    pool.flatMap((past) =>
      [...namedParams(past.params)].map(([name, variable]) => [nameIn(past.updates, name), variable]),
    ),
  );
  saveCheckpoint(file, {
    params,
    heads,
    step: updates,
    optimizer,
    run: { pool: pool.map((past) => past.updates) },
  });
}

function readPool(path: string, { config }: GptParams): PastSelf[] {
  const file = openSafetensors(path);
  const pool: PastSelf[] = [];
  try {
    for (const updates of ages(path, file.metadata.get('run'))) {
      const params = paramsFrom(config, (name, shape) => tensorIn(file, nameIn(updates, name), shape));
      pool.push({ updates, params });
    }
    return pool;
  } catch (error) {
    for (const { params } of pool) disposeParams(params);
    throw error;
  } finally {
    file.close();
  }
}

/** After how many updates each past self was kept. */
function ages(path: string, run: string | undefined): number[] {
  try {
    const { pool } = JSON.parse(run ?? '{}') as { readonly pool?: unknown };
    if (Array.isArray(pool) && pool.length > 0 && pool.every(Number.isSafeInteger)) return pool;
  } catch {} // said below
  throw new SyntaxError(`Cannot go on from ${path}: it is not the file of a run of self-play`);
}
