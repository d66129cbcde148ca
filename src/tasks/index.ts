/** Problems whose answers can be checked, for SFT, RL and evaluation alike. No tensors. */

export { heldOut } from './heldOut.js';
export { sortDigits } from './sortDigits.js';
export { type DrawOptions, drawProblems, type Problem, type Task } from './task.js';
