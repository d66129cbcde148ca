/** Code that nobody trusts, behind walls. */

export { runUntrusted, type UntrustedOptions, type UntrustedResult } from './runUntrusted.js';
