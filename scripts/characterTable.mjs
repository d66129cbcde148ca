// Writes src/tokenizer/engine/characterTable.ts, the kind of every character as tiktoken's Rust has it, from what
// tiktoken itself says: `.peers/bin/python tests/peers/characterKinds.py | node scripts/characterTable.mjs`. To be run only
// when the table should follow a newer Unicode: every tokenizer's ids follow it.
import { readFileSync, writeFileSync } from 'node:fs';

const lines = JSON.parse(readFileSync(0, 'utf8')).match(/.{1,100}/g);
const text = `/**
 * The kinds of all characters in Unicode 16, as the Rust of OpenAI's tiktoken has them: a letter for a kind (see
 * \`characterKinds.ts\`), then how many characters in a row have it, in base 36, where there is more than one. Frozen,
 * so that ids do not depend on the Unicode of the Node that runs. Made by scripts/characterTable.mjs.
 */
export const characterTable = [
${lines.map((line) => `  '${line}',\n`).join('')}].join('');
`;
writeFileSync(new URL('../src/tokenizer/engine/characterTable.ts', import.meta.url), text);
