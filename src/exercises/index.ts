/** What `check` knows. */

export { check } from './check.js';
export type { CheckFailure, CheckReport } from './report.js';
