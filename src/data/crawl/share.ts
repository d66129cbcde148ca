/** One process's part in a run: what it makes of what, where, and with which threads. */
import type { Layout } from './layout.js';
import type { Plan } from './plan.js';
import type { Pool } from './pool.js';

export interface Run {
  readonly plan: Plan;
  readonly layout: Layout;
  readonly pool: Pool;
  /** The files, or buckets, whose number leaves the remainder `rank` when divided by `tasks`. */
  readonly rank: number;
  readonly tasks: number;
  readonly signal: AbortSignal | undefined;
}
