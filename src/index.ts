/** The public door: everything a notebook may import, one line a room; each room is a door too, as `llm-workbook/data`. */

export * from './align/index.js';
export * from './artifacts/index.js';
export * from './backend/index.js';
export * from './chat/index.js';
export * from './core/index.js';
export * from './data/index.js';
export * from './evaluate/index.js';
export * from './exercises/index.js';
export * from './model/index.js';
export * from './plot/index.js';
export * from './sandbox/index.js';
export * from './serve/index.js';
export * from './tasks/index.js';
export * from './tokenizer/index.js';
export * from './train/index.js';
