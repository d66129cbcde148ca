/** Models for others: many texts at once, and a server that speaks OpenAI's API. */

export {
  type BatchedText,
  type Batcher,
  type BatcherLoad,
  createBatcher,
  type TextRequest,
} from './batcher/batcher.js';
export type { DrawnToken, TokenDrawerOptions, TokenLogProb } from './batcher/drawing.js';
export type { BatcherOptions } from './batcher/limits.js';
export { type ServedModel, servedModel } from './servedModel.js';
export { type ModelServer, type ServerOptions, startServer } from './server.js';
