/** HellaSwag (Zellers et al. 2019): what happens next in a video or a how-to; people get 95 %, chance 25 %. */
import { listField, ownField, type Row, refuse, shown, textField } from '../data/readers/fields.js';
import {
  convertItems,
  type Item,
  type ItemOptions,
  type ReaderOptions,
  valuesOf,
} from '../data/readers/items.js';
import { readRows } from '../data/readers/rows.js';
import type { ChoiceItem } from './multipleChoice.js';

/** How the texts are prepared. */
export interface HellaSwagOptions extends ReaderOptions {
  /**
   * `harness`, the default: the activity in front, "[title]" and other marks in brackets taken out, as
   * lm-evaluation-harness does it. `none`: the context and endings as they stand, as llm.c does it.
   */
  readonly cleaning?: 'harness' | 'none';
}

/**
 * Reads the published file, an item a line: `activity_label`, `ctx_a`, `ctx_b`, `ctx`, `endings`, `label`. See
 * `readDocuments` for `onProblem`.
 *
 * @param path JSON Lines (also `.gz`, `.zst`) or `.parquet`, or the address of such a file:
 *   `hellaswag_val.jsonl` of the authors has 10,042 items.
 * @throws {Error} If the file cannot be opened.
 * @throws {SyntaxError} At the first damaged row, if there is no `onProblem`; a test set has no labels.
 *
 * @example
 * const item = { activity_label: 'Sailing', ctx_a: 'A man stands on deck.', ctx_b: 'he', ctx: '', label: 1 };
 * await writeJsonl('hellaswag.jsonl', [{ ...item, endings: ['flies.', '[substeps] hoists the sail.', 'is.', 'eats.'] }]);
 * const items = [];
 * for await (const found of readHellaSwag('hellaswag.jsonl')) items.push(found);
 * items[0].context // 'Sailing: A man stands on deck. He'
 * items[0].endings[1] // '  hoists the sail.'
 */
export const readHellaSwag = (
  path: string,
  options: HellaSwagOptions & ItemOptions = {},
): AsyncGenerator<ChoiceItem, void, undefined> => valuesOf(readHellaSwagItems(path, options), options);

/**
 * Reads the file row by row, as `readHellaSwag` does.
 *
 * @example
 * await writeJsonl('unlabelled.jsonl', [{ activity_label: 'Sailing', ctx: 'A man', endings: ['a', 'b'], label: '' }]);
 * const found = [];
 * for await (const item of readHellaSwagItems('unlabelled.jsonl', { cleaning: 'none' })) found.push(item.message);
 * found // ['unlabelled.jsonl, line 1: expected a label from 0 to 1, got ""']
 */
export function readHellaSwagItems(
  path: string,
  { cleaning = 'harness', ...options }: HellaSwagOptions = {},
): AsyncGenerator<Item<ChoiceItem>, void, undefined> {
  const { items, where } = readRows(path, options);
  return convertItems(items, where, (row) => [choiceItem(row, cleaning)]);
}

function choiceItem(row: Row, cleaning: 'harness' | 'none'): ChoiceItem {
  const clean = cleaning === 'harness' ? cleaned : (text: string) => text;
  const endings = listField(row, 'endings').map((ending, nth) =>
    typeof ending === 'string' ? ` ${clean(ending)}` : refuse(`a text as endings[${nth}]`, shown(ending)),
  );
  const label = ownField(row, 'label');
  const answer = /^\d+$/.test(String(label)) ? Number(label) : Number.NaN; // the hub has it as a text
  if (!(answer in endings)) refuse(`a label from 0 to ${endings.length - 1}`, shown(label));
  return { context: clean(cleaning === 'harness' ? titled(row) : textField(row, 'ctx')), endings, answer };
}

function titled(row: Row): string {
  return `${textField(row, 'activity_label')}: ${textField(row, 'ctx_a')} ${capitalized(textField(row, 'ctx_b'))}`;
}

/** As Python's `capitalize`. */
const capitalized = (text: string): string => {
  const [first = '', ...rest] = text;
  return first.toUpperCase() + rest.join('').toLowerCase();
};

/** Those from WikiHow have marks in brackets. */
const cleaned = (text: string): string =>
  text
    .trim()
    .replaceAll(' [title]', '. ')
    .replace(/\[[^\n]*?\]/g, '')
    .replaceAll('  ', ' ');
