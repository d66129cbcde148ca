import { test } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { countNgrams } from '../../src/evaluate/ngrams/counts.js';
import { type NgramModelOptions, ngramModel } from '../../src/evaluate/ngrams/model.js';
import { assertClose } from '../backend/compare.js';
import { askPython, withPeers } from './python.js';

withPeers(import.meta.filename, () => {
  test('n-gram models of order 2 to 5 give the probabilities that NLTK gives', () => {
    const random = createRandom(9);
    const vocabSize = 12;
    const text = Array.from({ length: 700 }, () => Math.floor((vocabSize - 1) * random.uniform() ** 2));
    const ids = [...text, ...text.slice(0, 20)]; // its first n-grams come again, so that each has one before it
    const guesses = Array.from({ length: 60 }, (_, nth) => {
      const at = random.integer(ids.length - 5);
      const context = nth % 3 ? ids.slice(at, at + 4) : [random.integer(vocabSize), vocabSize - 1, ids[at]!];
      return { context, next: nth % 2 ? ids[at + 4]! : random.integer(vocabSize) };
    });
    const models = [
      { smoothing: 'kneserNey', discount: 0.1 },
      { smoothing: 'kneserNey', discount: 0.75 },
      { smoothing: 'wittenBell' },
    ] as const satisfies NgramModelOptions[];
    for (const order of [2, 3, 4, 5]) {
      const theirs = askPython<number[][]>('ngramsPeer.py', { ids, vocabSize, order, models, guesses });
      const counts = countNgrams(ids, { vocabSize, order });
      for (const [nth, options] of models.entries()) {
        const model = ngramModel(counts, options);
        const ours = guesses.map(({ context, next }) => model.probability(context, next));
        assertClose(ours.map(Math.log), theirs[nth]!.map(Math.log), 1e-9, `order ${order}, model ${nth}`);
      }
    }
  });
});
