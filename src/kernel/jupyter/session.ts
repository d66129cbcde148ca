/** What the cells of a session share. */
import type { Language } from '../language/index.js';
import type { Cells } from './cells.js';
import type { History } from './history.js';
import type { Questions } from './questions.js';
import type { Sockets } from './sockets.js';

/** Made once, when the kernel starts. */
export interface Session {
  readonly sockets: Sockets;
  /** The process of the cells. */
  readonly host: Cells;
  readonly language: Language;
  readonly history: History;
  readonly questions: Questions;
  readonly env: NodeJS.ProcessEnv;
  /** Takes a sentence about what went wrong and belongs to no cell. */
  readonly log: (line: string) => void;
}
