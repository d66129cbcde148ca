/** Prompts, answers and conversations as what a model reads and learns from. */

export { completionBatch, type Example, exampleBatches, exampleOf } from './examples.js';
