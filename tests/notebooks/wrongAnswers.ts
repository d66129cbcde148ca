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
  'ex-01-2': {
    'counts blank lines': `const lines = text.split('\\n');
      return lines.filter((line) => /[.?!"']$/.test(line)).length / lines.length;`,
    'NaN for a text without lines': `const lines = text.split('\\n').filter((line) => line.trim() !== '');
      return lines.filter((line) => /[.?!"']$/.test(line)).length / lines.length;`,
    'full stops only': `const lines = text.split('\\n').filter((line) => line.trim() !== '');
      return lines.length === 0 ? 0 : lines.filter((line) => line.endsWith('.')).length / lines.length;`,
  },
  'ex-01-3': {
    'counts overlapping phrases twice': `const met = new Set<string>();
      let repeated = 0;
      for (let start = 0; start + n <= words.length; start++) {
        const phrase = words.slice(start, start + n).join(' ');
        if (met.has(phrase)) repeated += n;
        met.add(phrase);
      }
      return words.length === 0 ? 0 : repeated / words.length;`,
    'cuts the text into phrases side by side': `const met = new Set<string>();
      let repeated = 0;
      for (let start = 0; start + n <= words.length; start += n) {
        const phrase = words.slice(start, start + n).join(' ');
        if (met.has(phrase)) repeated += n;
        met.add(phrase);
      }
      return words.length === 0 ? 0 : repeated / words.length;`,
    'misses the last phrase': `const met = new Set<string>();
      let repeated = 0;
      for (let start = 0; start + n < words.length; ) {
        const phrase = words.slice(start, start + n).join(' ');
        const isRepeat = met.has(phrase);
        met.add(phrase);
        if (isRepeat) repeated += n;
        start += isRepeat ? n : 1;
      }
      return words.length === 0 ? 0 : repeated / words.length;`,
    'takes the words apart': `const met = new Set<string>();
      let repeated = 0;
      const rest = words as string[];
      const all = words.length;
      while (rest.length >= n) {
        const phrase = rest.slice(0, n).join(' ');
        const isRepeat = met.has(phrase);
        met.add(phrase);
        if (isRepeat) repeated += n;
        rest.splice(0, isRepeat ? n : 1);
      }
      return all === 0 ? 0 : repeated / all;`,
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
  'ex-02-2': {
    'counts code units': 'return text.length / ids.length;',
    'counts characters': 'return [...text].length / ids.length;',
    'the other way round': 'return ids.length / Buffer.byteLength(text);',
  },
  'ex-02-3': {
    'reads each token on its own': `const bytesOf = (id: number): number[] => (id < 256 ? [id] : merges[id - 256]!.flatMap(bytesOf));
      return ids.map((id) => Buffer.from(bytesOf(id)).toString()).join('');`,
    'takes bytes for characters': `const bytesOf = (id: number): number[] => (id < 256 ? [id] : merges[id - 256]!.flatMap(bytesOf));
      return String.fromCharCode(...ids.flatMap(bytesOf));`,
    'goes one merge deep': `return Buffer.from(ids.flatMap((id) => (id < 256 ? [id] : [...merges[id - 256]!]))).toString();`,
  },
  'ex-05-1': {
    'one step late in the warm-up': `const up = warmupSteps === 0 ? 1 : step / warmupSteps;
      return learningRate * Math.max(0, Math.min(1, up, decaySteps === 0 ? 1 : (steps - step) / decaySteps));`,
    'no way down': 'return learningRate * Math.min(1, (step + 1) / Math.max(1, warmupSteps));',
    'below zero after the end': `const up = warmupSteps === 0 ? 1 : (step + 1) / warmupSteps;
      return learningRate * Math.min(1, up, decaySteps === 0 ? 1 : (steps - step) / decaySteps);`,
  },
  'ex-05-2': {
    'stays in nats': 'return losses.reduce((sum, loss) => sum + loss, 0) / bytes;',
    'takes the mean over tokens': `
      return losses.reduce((sum, loss) => sum + loss, 0) / losses.length / Math.LN2 / bytes;`,
    'bits for each token': 'return losses.reduce((sum, loss) => sum + loss, 0) / losses.length / Math.LN2;',
  },
  'ex-05-3': {
    overflows: `const weights = logits.map(Math.exp);
      return -Math.log(weights[target]! / weights.reduce((sum, weight) => sum + weight, 0));`,
    'loses tiny probabilities': `const weights = logits.map((logit) => Math.exp(logit - Math.max(...logits)));
      return -Math.log(weights[target]! / weights.reduce((sum, weight) => sum + weight, 0));`,
    'forgets to move the target': `const largest = Math.max(...logits);
      return Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0)) - logits[target]!;`,
    'moves the scores in place': `const largest = Math.max(...logits);
      const scores = logits as number[];
      for (const nth of scores.keys()) scores[nth]! -= largest;
      return Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - scores[target]!;`,
  },
};
