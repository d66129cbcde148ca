/** What a `tokenizer.json` does to a text before merging: its normalizer, and the steps that cut it into words. */
import { messageOf } from '../../core/errors.js';
import type { Split, SplitName } from '../engine/split.js';
import type { VocabularyModel } from '../vocabularyTokenizer.js';
import { type Fields, fail, fieldsOf, listOf, only, typeOf } from './fields.js';
import { fromOniguruma } from './fromOniguruma.js';
import { splitOfPattern } from './splitPatterns.js';

const forms = ['NFC', 'NFD', 'NFKC', 'NFKD'] as const;

/** The form of Unicode that a text is brought into, if any. */
export function toNormalization(value: unknown, key = 'normalizer'): VocabularyModel['normalization'] {
  const type = typeOf(value);
  if (type === 'Sequence') {
    const list = listOf(fieldsOf(value, key).normalizers, `${key}.normalizers`);
    only(list[1], `${key}.normalizers[1]`, [undefined]);
    return toNormalization(list[0], `${key}.normalizers[0]`);
  }
  only(type, key, [undefined, null, ...forms, 'Sequence']);
  return forms.find((form) => form === type);
}

/** The steps, of which the last has to be ByteLevel. */
export function toSplit(value: unknown): Pick<VocabularyModel, 'split' | 'prefixSpace'> {
  const steps = flatten(value, 'pre_tokenizer');
  const [bytes, key] = steps.at(-1) ?? [{}, 'pre_tokenizer.pretokenizers'];
  only(bytes.type, `${key}.type`, ['ByteLevel']);
  only(bytes.use_regex, `${key}.use_regex`, [undefined, true, false]);
  only(bytes.add_prefix_space, `${key}.add_prefix_space`, steps.length === 1 ? [false, true] : [false]);
  const prefixSpace = bytes.add_prefix_space === true;
  const isCut = bytes.use_regex !== false; // by its own expression, which is GPT-2's
  const [first] = steps;
  if (steps.length === 2 && isCut && first![0].type === 'Digits' && first![0].individual_digits === true)
    return { split: 'smolLm' };
  const cuts = steps.slice(0, -1).map(([step, at]) => toCut(step, at));
  const all: readonly (SplitName | RegExp)[] = isCut ? [...cuts, 'gpt2'] : cuts;
  const split: Split = all.length === 1 ? all[0]! : all.length === 0 ? 'none' : all;
  return { split, ...(prefixSpace && { prefixSpace }) };
}

function flatten(value: unknown, key: string): (readonly [step: Fields, key: string])[] {
  const step = fieldsOf(value, key);
  if (step.type !== 'Sequence') return [[step, key]];
  const list = listOf(step.pretokenizers, `${key}.pretokenizers`);
  return list.flatMap((item, nth) => flatten(item, `${key}.pretokenizers[${nth}]`));
}

function toCut(step: Fields, key: string): SplitName | RegExp {
  only(step.type, `${key}.type`, ['Split', 'Digits']);
  if (step.type === 'Digits') {
    only(step.individual_digits, `${key}.individual_digits`, [true, false]);
    return step.individual_digits ? /\p{N}/gu : /\p{N}+/gu;
  }
  const { Regex: regex, String: text } = fieldsOf(step.pattern, `${key}.pattern`);
  const name = typeof regex === 'string' ? splitOfPattern(regex) : undefined;
  // The named ones match all of a text, so that nothing lies between two matches.
  only(
    step.behavior,
    `${key}.behavior`,
    name && step.invert === true ? ['Isolated', 'Removed'] : ['Isolated'],
  );
  only(step.invert, `${key}.invert`, [undefined, false, true]);
  if (name) return name;
  if (typeof text === 'string') return new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'gu');
  if (typeof regex !== 'string') return fail(`${key}.pattern`, 'to be Regex or String', step.pattern);
  try {
    return fromOniguruma(regex);
  } catch (error) {
    return fail(`${key}.pattern.Regex`, `to be known here, and ${reasonOf(error)}`, regex);
  }
}

/** Why an expression is none, in a few words: V8's sentence repeats the whole of it. */
const reasonOf = (error: unknown): string =>
  messageOf(error)
    .replace(/^Invalid regular expression: [\s\S]*: /, '')
    .slice(0, 100);
