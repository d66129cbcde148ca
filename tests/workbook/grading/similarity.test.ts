import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { alikeAnswers, type HandedIn, similarCsv } from '../../../dist/workbook/grading/similarity.js';

const handedIn = (name: string, text: string, isProse = false): HandedIn => ({
  name,
  answers: [{ exercise: 'one', text, isProse }],
});

const loop = `function countPairs(words: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words)
    for (let at = 0; at + 1 < word.length; at++) {
      const pair = word.slice(at, at + 2);
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
  return counts;
}`;
const renamed = loop
  .replaceAll('counts', 'm')
  .replaceAll('pair', 'p')
  .replaceAll('word', 'w')
  .replace('function', '// my own work\nfunction');
const other = `const countPairs = (words) => words
  .flatMap((word) => [...word].map((letter, at) => letter + word[at + 1]))
  .filter((pair) => pair.length === 2)
  .reduce((counts, pair) => counts.set(pair, 1 + (counts.get(pair) || 0)), new Map());`;

describe('alikeAnswers()', () => {
  it('finds a copy with other names and comments, and not an answer of one’s own', () => {
    const pairs = alikeAnswers([handedIn('ann', loop), handedIn('bob', other), handedIn('cy', renamed)]);
    assert.deepEqual(
      pairs.map(({ first, second, share, exercises }) => [first, second, share, exercises]),
      [['ann', 'cy', 1, ['one']]],
    );
  });

  it('reads on behind a text with a value in it', () => {
    const texts = [`const hello = \`Hi \${name}\`;`, `log(\`\${words.length} words\`);`];
    const pairs = alikeAnswers(texts.map((text, nth) => handedIn(`s${nth}`, `${text}\n${loop}`)));
    assert.ok(pairs[0]!.share > 0.8, JSON.stringify(pairs));
    assert.ok(pairs[0]!.shared > 10);
  });

  it('counts little what everybody wrote', () => {
    const given = 'const table = new Map<string, number>(); for (const [a, b] of rows) table.set(a, b);';
    const class20 = Array.from({ length: 20 }, (_, nth) =>
      handedIn(`s${nth}`, `${given}\n${nth < 2 ? loop : `log(${'x + '.repeat(nth)}1);`}`),
    );
    const [best, ...rest] = alikeAnswers(class20).filter(({ first }) => first === 's0');
    assert.deepEqual([best!.second, rest.length], ['s1', 0]);
  });

  it('compares prose by its words', () => {
    const text = 'The loss falls because the model repeats what it has read most often in its training data.';
    const pairs = alikeAnswers([
      handedIn('ann', text, true),
      handedIn('bob', `${text.toUpperCase()} I think.`, true),
      handedIn(
        'cy',
        'It does not fall at all in my run, since the rate of learning was far too small.',
        true,
      ),
    ]);
    assert.deepEqual(
      pairs.map(({ first, second }) => [first, second]),
      [['ann', 'bob']],
    );
    assert.match(similarCsv(pairs), /^first,second,share,shared,exercises\nann,bob,1\.00,\d+,one\n$/);
  });

  it('says nothing of answers that are too short to tell', () =>
    assert.deepEqual(alikeAnswers([handedIn('ann', 'return 1;'), handedIn('bob', 'return 1;')]), []));
});
