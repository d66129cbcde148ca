/** What the front process and the process of the cells say to each other, and what a cell comes back with. */
import type { CellCode } from './cellCode.js';
import type { EngineOutput } from './output.js';
import type { CellError, Failure } from './traceback.js';

/** How a cell ended. */
export type CellOutcome = { readonly ok: true } | { readonly ok: false; readonly error: CellError };

/** What became of a script: it ran to its end, or it threw something. */
export type Evaluation = { readonly ok: true } | ({ readonly ok: false } & Failure);

/** What a cell asks its reader. */
export interface Question {
  readonly text: string;
  /** The answer is not to be shown. */
  readonly password: boolean;
}

/** To the child: where the notebook lies, once and first; then cells, one at a time, and answers to what they ask. */
export type ToCellProcess =
  | { readonly type: 'start'; readonly folder: string; readonly lateErrors: 'stray' | 'own' }
  | {
      readonly type: 'execute';
      readonly cell: number;
      readonly source: string;
      readonly js: CellCode;
      readonly number?: number;
    }
  | { readonly type: 'answer'; readonly cell: number; readonly text?: string; readonly problem?: string };

/** From the child; `cell` is the number that came with `execute`. */
export type FromCellProcess =
  | { readonly type: 'ready' }
  | { readonly type: 'output'; readonly cell: number; readonly output: EngineOutput }
  | { readonly type: 'ask'; readonly cell: number; readonly question: Question }
  | { readonly type: 'done'; readonly cell: number; readonly outcome: CellOutcome };
