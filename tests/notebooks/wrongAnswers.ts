/** Answers of readers that are wrong, each for a reason of its own, by the exercise's `grade_id`. */
export const wrongAnswers: { readonly [gradeId: string]: { readonly [why: string]: string } } = {
  'ex-01-1': {
    'compares exactly': 'return exactDuplicates();',
    'forgets line breaks': `const known = new Set<string>();
      return { name: 'x', judge: ({ text }) => {
        const key = text.toLowerCase().replace(/ +/g, ' ');
        if (known.has(key)) return drop('same text');
        known.add(key);
        return keep;
      } };`,
    'shares its memory between filters': `const known: Set<string> = ((globalThis as any).knownTexts ??= new Set());
      return { name: 'x', judge: ({ text }) => {
        const key = text.toLowerCase().replace(/\\s+/g, ' ').trim();
        if (known.has(key)) return drop('same text');
        known.add(key);
        return keep;
      } };`,
  },
  'ex-02-1': {
    'only the first merge': 'return mergePair(word, merges[0] ?? [-1, -1], 256);',
    'latest merge first': `let ids = [...word];
      for (const [n, pair] of [...merges.entries()].reverse()) ids = mergePair(ids, pair, 256 + n);
      return ids;`,
    'the number of the merge as id': `let ids = [...word];
      for (const [n, pair] of merges.entries()) ids = mergePair(ids, pair, n);
      return ids;`,
  },
  'ex-05-1': {
    'one step late in the warm-up': `const up = warmupSteps === 0 ? 1 : step / warmupSteps;
      return learningRate * Math.max(0, Math.min(1, up, decaySteps === 0 ? 1 : (steps - step) / decaySteps));`,
    'no way down': 'return learningRate * Math.min(1, (step + 1) / Math.max(1, warmupSteps));',
    'below zero after the end': `const up = warmupSteps === 0 ? 1 : (step + 1) / warmupSteps;
      return learningRate * Math.min(1, up, decaySteps === 0 ? 1 : (steps - step) / decaySteps);`,
  },
};
