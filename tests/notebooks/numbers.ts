/**
 * Holds a chapter's text and its outputs together: every number that the prose names stands in an output or in code,
 * rounded to the digits that the prose gives; or the prose says where it is from, in a comment that readers do not see:
 *
 *     <!-- numbers: 8,000 = 2304000 / 288; 94: llm.c's own report -->
 *
 * What is computed is computed again here, from numbers that stand in an output or in code; what has a source is
 * believed. Not looked up: years, numbers of lists, chapters and exercises, names (GPT-2, Llama 3, UTF-8), what stands in
 * code, formulas and links, and 0, 1, 2, 10 and 100.
 */
import type { Cell, Notebook, Output } from '../../src/workbook/notebook.js';

/** One number of a text. */
interface Named {
  /** As it is written: `21,600`, `2.3 million`, `24 %`. */
  readonly text: string;
  readonly value: number;
  /** Half of the last digit that is given; a number with zeros at its end may be rounded there. */
  readonly tolerance: number;
  readonly isShare: boolean;
}

const free = new Set([0, 1, 2, 10, 100]);
const powers: { readonly [word: string]: number } = {
  thousand: 1e3,
  million: 1e6,
  billion: 1e9,
  trillion: 1e12,
};

/** What the author has to look at: `cell 20 says 2.0416, no output says so`. */
export function unfoundNumbers({ cells }: Notebook): string[] {
  const known = cells.flatMap((cell) => (cell.cell_type === 'code' ? knownIn(cell) : []));
  return cells.flatMap((cell, index) => {
    if (cell.cell_type !== 'markdown') return [];
    const { sources, problems } = marksOf(cell, known);
    const named = namedNumbers(cell.source).filter(
      (number) => !sources.has(plain(number.text)) && !known.some((value) => says(value, number)),
    );
    const isHead = index === 0; // which says how long the chapter takes
    const open = named.filter(({ text }) => !isHead || !isDuration(text, cell.source));
    return [...problems, ...open.map(({ text }) => `says ${text}, no output says so`)].map(
      (problem) => `cell ${index} ${problem}`,
    );
  });
}

/** Whether a value is what a number of the text says, rounded. */
function says(value: number, { value: named, tolerance, isShare }: Named): boolean {
  const near = (one: number) => Math.abs(Math.abs(one) - named) <= tolerance * (1 + 1e-9);
  return near(value) || (isShare && near(100 * value));
}

/** The numbers of a text, but for those that nobody looks up. */
export function namedNumbers(markdown: string): Named[] {
  const prose = markdown
    .replace(/<!--[\s\S]*?-->|```[\s\S]*?```|`[^`]*`|\$\$[\s\S]*?\$\$|\$[^$\n]+\$/g, ' ')
    .replace(/\]\([^)]*\)|<[^>]*>|https?:\S+/g, ' ')
    .replace(/^#+ .*$|^\s*\d+\.(?= )/gm, ' ')
    .replace(
      /\b(?:chapters?|sections?|exercises?|questions?|step|figure|article)\s+[\d.]+(?:(?:,| and| to) \d[\d.]*)*/gi,
      ' ',
    )
    .replace(/(?<![.!?:]\s|^)\b\p{Lu}[\p{L}+]*[ -]\d{1,2}(?:\.\d+)?(?![\d,.]*\d)/gmu, ' ');
  const found = prose.matchAll(
    /(?<![\p{L}\p{N}_.,-])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(?: ?(%)| (thousand|million|billion|trillion)\b)?(?![\p{L}\p{N}_]|-\p{L}|[,.]\d)/gu,
  );
  return [...found].flatMap(([text, whole = '', decimals = '', percent, power]) => {
    const factor = power ? powers[power]! : 1;
    const digits = `${whole.replaceAll(',', '')}${decimals}`;
    const value = Number(digits) * factor;
    const isYear =
      decimals === '' && !whole.includes(',') && /^(1[5-9]|20)\d\d$/.test(whole) && !percent && !power;
    if (isYear || free.has(value)) return [];
    const zeros = decimals === '' ? /0*$/.exec(digits)![0].length : 1 - decimals.length;
    return [{ text, value, tolerance: 0.5 * 10 ** zeros * factor, isShare: percent !== undefined }];
  });
}

const plain = (text: string): string => text.replace(/[,\s]/g, '');

const isDuration = (text: string, source: string): boolean =>
  new RegExp(`${text.replace('.', '\\.')} (seconds?|minutes?|hours?)`).test(source);

/** What the comments of a cell account for, and what is wrong with them. */
function marksOf({ source }: Cell, known: readonly number[]): { sources: Set<string>; problems: string[] } {
  const sources = new Set<string>();
  const problems: string[] = [];
  for (const [, list = ''] of source.matchAll(/<!-- numbers:([\s\S]*?)-->/g)) {
    for (const mark of list.split(';').map((text) => text.trim())) {
      const [, text = '', kind, how = ''] = /^([\d.,]+(?: ?%| \w+)?)\s*([=:])\s*(.+)$/s.exec(mark) ?? [];
      const [number] = namedNumbers(text);
      if (!number) problems.push(`has a comment that cannot be read: ${mark}`);
      else if (kind === '=' && !computes(how, number, known)) problems.push(`says ${mark}, which is not so`);
      else sources.add(plain(text));
    }
  }
  return { sources, problems };
}

/** Whether an expression of known numbers gives what the text says. */
function computes(expression: string, number: Named, known: readonly number[]): boolean {
  if (!/^(?:[\d.,\s()+*/-]|\b(?:ln|log2|sqrt)\b)+$/.test(expression)) return false;
  const plainly = expression.replaceAll(',', '');
  const parts = [...plainly.matchAll(/\d+(?:\.\d+)?/g)].map(([text]) => Number(text));
  const isKnown = (part: number) =>
    free.has(part) || known.some((value) => Math.abs(value - part) <= 1e-9 * part);
  if (!parts.every((part) => isKnown(part) || part === 1000 || part === 8)) return false;
  const compute = new Function('ln', 'log2', 'sqrt', `return ${plainly};`) as (
    ...functions: unknown[]
  ) => unknown;
  return says(Number(compute(Math.log, Math.log2, Math.sqrt)), number);
}

/** Every number in the code of a cell and in what it showed. */
function knownIn(cell: Extract<Cell, { cell_type: 'code' }>): number[] {
  const number = /(?<![\p{L}_])(?:\d{1,3}(?:[,_]\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:e[+-]?\d+)?/giu;
  const texts = [cell.source, ...cell.outputs.map(outputText)];
  return texts.flatMap((text) => [...text.matchAll(number)].map(([one]) => Number(one.replace(/[,_]/g, ''))));
}

function outputText(output: Output): string {
  if (output.output_type === 'stream') return output.text;
  if (output.output_type === 'error') return output.evalue;
  const { data } = output;
  const figure = data['application/vnd.plotly.v1+json'];
  // Of a curve with many points some would say any number.
  if (figure)
    return JSON.stringify(figure, (_, value) => (Array.isArray(value) && value.length > 40 ? [] : value), 1);
  return [data['text/plain'], String(data['text/html'] ?? '').replace(/<[^>]*>/g, ' ')].join('\n');
}
