/** The recipes of CONTRIBUTING.md do what they say. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import ts from 'typescript';
import * as library from '../../src/index.js';

const text = readFileSync(new URL('../../CONTRIBUTING.md', import.meta.url), 'utf8');
const code = [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, block = '']) => block).join('\n');

interface Recipes {
  readonly capitals: (options?: { readonly most?: number }) => library.Filter;
  readonly backwards: (words: readonly string[]) => library.Task;
  readonly brief: (task: library.Task, fee?: number) => library.Task['reward'];
}

function recipes(): Recipes {
  const plain = code.replace(/^import .*$/gm, '').replace(/^export /gm, '');
  const { outputText } = ts.transpileModule(plain, { compilerOptions: { target: ts.ScriptTarget.ES2022 } });
  const make = new Function('keep', 'drop', `${outputText}\nreturn { capitals, backwards, brief };`);
  return make(library.keep, library.drop) as Recipes;
}

describe('CONTRIBUTING.md', () => {
  const { capitals, backwards, brief } = recipes();
  const judged = (shouted: string) => capitals().judge({ id: '1', text: shouted, metadata: {} }).keep;

  it('has a filter that drops texts that shout, and keeps the others and the empty one', () => {
    assert.deepEqual(['BUY NOW or never', 'Call me Ishmael.', '', '42'].map(judged), [
      false,
      true,
      true,
      true,
    ]);
  });

  it('has a task whose demonstrations earn 1', () => {
    const task = backwards(['sea', 'whale']);
    for (const problem of library.drawProblems(task, 5, { random: library.createRandom(1), share: 0 }))
      assert.equal(task.reward(problem, problem.answer), 1);
    assert.equal(task.reward({ prompt: 'sea=', answer: 'aes' }, 'sea'), 0);
  });

  it('has a reward that prefers the short of two right answers', () => {
    const task = { ...backwards(['sea']), reward: () => 1 };
    const reward = brief(task);
    const problem = { prompt: 'sea=', answer: 'aes' };
    assert.ok(reward(problem, 'aes') > reward(problem, 'aes aes'));
  });

  it('imports names that are there', () => {
    const names = [...code.matchAll(/import (?:type )?\{ (.+) \} from 'llm-workbook\/(\w+)'/g)];
    assert.equal(names.length, 3);
    for (const [, list = '', room] of names) {
      const door = readFileSync(new URL(`../../src/${room}/index.ts`, import.meta.url), 'utf8');
      for (const name of list.split(', '))
        assert.match(door, new RegExp(`\\b${name.replace('type ', '')}\\b`));
    }
  });
});
