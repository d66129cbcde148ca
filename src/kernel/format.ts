/**
 * A value to what a notebook shows of it. In order: what the value says of itself, Plotly figures, danfojs
 * frames, tensors, and Node's own inspection for everything else. Frames and tensors are told by their shape,
 * so nothing of theirs is loaded here.
 */
import { inspect } from 'node:util';
import { isUint8Array } from 'node:util/types';
import { displaySymbol, type MimeBundle } from '../core/display.js';
import { Array, Buffer, Number, Object, Reflect, String, TypeError } from '../core/globals.js';
import { escapeHtml } from '../core/html.js';
import { type Figure, figureText, isFigure } from '../plot/figure.js';

/**
 * The MIME bundle of a value, or `undefined` for `undefined`, which is not shown.
 *
 * @param options.picture Whether figures get a PNG as well; false while a figure is still changing.
 */
export async function formatValue(
  value: unknown,
  { picture = true }: { readonly picture?: boolean } = {},
): Promise<MimeBundle | undefined> {
  if (value === undefined) return undefined;
  if (showsItself(value)) return checkedBundle(await value[displaySymbol]());
  if (isFrame(value)) return frameBundle(value);
  if (isTensor(value)) return { 'text/plain': tensorText(value) };
  if (isFigure(value)) return picture ? await pictured(value) : movingFigureBundle(value);
  return { 'text/plain': inspectValue(value) };
}

/** As Node's REPL would, with room for a list of losses and a limit for a list of tokens. */
export function inspectValue(value: unknown): string {
  const text = inspect(value, {
    depth: 4,
    maxArrayLength: 100,
    maxStringLength: 10_000,
    breakLength: 100,
    compact: 3,
  });
  return withoutEngine(text);
}

/** Without the part of a stack below a cell: it says how cells are run, not what is wrong. */
export const withoutEngine = (text: string): string => text.replace(engineFrames, '');

const engineFrames = /\n +at Session\.post \(node:inspector[^\n{]*(\n +at [^\n{]*)*/g;

/**
 * For `inspect.custom` of promises: hides how Node follows which cell made one. Whatever comes of `this` is shown as it
 * would be without.
 */
export function withoutOrigin(this: object): object {
  for (const key of Object.getOwnPropertySymbols(this)) {
    if (/^(async_id_symbol|trigger_async_id_symbol|kResourceStore)$/.test(key.description ?? ''))
      Reflect.defineProperty(this, key, { enumerable: false });
  }
  return this;
}

/** A bundle as front ends can take it: bytes become base64. */
function checkedBundle(bundle: unknown): MimeBundle {
  if (typeof bundle !== 'object' || bundle === null || Array.isArray(bundle) || isUint8Array(bundle))
    throw new TypeError(`${display} must return an object of MIME types, got ${inspectValue(bundle)}`);
  const parts = Object.entries(bundle).map(([mime, content]) => [mime, checkedPart(mime, content)] as const);
  return Object.fromEntries(parts);
}

function checkedPart(mime: string, content: unknown): unknown {
  if (!/^[^/\s]+\/[^/\s]+$/.test(mime))
    throw new TypeError(`${display} must return an object of MIME types, got the key "${mime}"`);
  if (isUint8Array(content)) return Buffer.from(content).toString('base64');
  if (typeof content === 'string' || /[/+]json$/.test(mime)) return content;
  throw new TypeError(`${display} must return text or bytes as ${mime}, got ${inspectValue(content)}`);
}

const display = 'A method [Symbol.for("Jupyter.display")]';

function showsItself(value: unknown): value is { [displaySymbol]: () => unknown } {
  const mayShow = (typeof value === 'object' && value !== null) || typeof value === 'function';
  return mayShow && typeof (value as { [displaySymbol]?: unknown })[displaySymbol] === 'function';
}

/** With a PNG; what draws it is loaded with the first figure. */
async function pictured(figure: Figure): Promise<MimeBundle> {
  const { figureBundle } = await import('../plot/bundle.js');
  const { data, problem } = await figureBundle(figure);
  return problem ? { ...data, 'text/plain': `${data['text/plain']}\nNo picture: ${problem}` } : data;
}

function movingFigureBundle(figure: Figure): MimeBundle {
  return {
    'application/vnd.plotly.v1+json': { data: figure.data, layout: figure.layout },
    'text/plain': figureText(figure),
  };
}

/** What is read of a danfojs `DataFrame` or `Series`. */
interface Frame {
  readonly index: readonly unknown[];
  readonly columns: readonly string[];
  readonly values: readonly unknown[];
  readonly $isSeries: boolean;
}

function isFrame(value: unknown): value is Frame {
  if (typeof value !== 'object' || value === null || !('$isSeries' in value)) return false;
  const { index, columns, values } = value as Partial<Frame>;
  return Array.isArray(index) && Array.isArray(columns) && Array.isArray(values);
}

const frameRows = 30;

/** A table of the first rows; the plain text is danfojs' own, up to its usual ten rows. */
function frameBundle(frame: Frame): MimeBundle {
  const row = (cells: readonly unknown[], tag: 'th' | 'td') =>
    cells.map((cell) => `<${tag}>${escapeHtml(frameCell(cell))}</${tag}>`).join('');
  const rows = frame.values.slice(0, frameRows).map((values, nth) => {
    const cells = frame.$isSeries ? [values] : (values as readonly unknown[]);
    return `<tr><th>${escapeHtml(frameCell(frame.index[nth]))}</th>${row(cells, 'td')}</tr>`;
  });
  const more = frame.values.length > frameRows ? `<p>${frameRows} of ${frame.values.length} rows</p>` : '';
  const html = `<table class="dataframe"><thead><tr><th></th>${row(frame.columns, 'th')}</tr></thead><tbody>${rows.join('')}</tbody></table>${more}`;
  return { 'text/html': html, 'text/plain': String(frame) };
}

const frameCell = (value: unknown): string =>
  typeof value === 'number' && !Number.isInteger(value)
    ? String(Number(value.toPrecision(6)))
    : String(value ?? '');

/** What is read of a TensorFlow.js tensor. */
interface TensorLike {
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly isDisposed: boolean;
  readonly dataSync: unknown;
  readonly toString: () => string;
}

function isTensor(value: unknown): value is TensorLike {
  if (typeof value !== 'object' || value === null) return false;
  const { shape, dtype, dataSync } = value as Partial<TensorLike>;
  return Array.isArray(shape) && typeof dtype === 'string' && typeof dataSync === 'function';
}

function tensorText(tensor: TensorLike): string {
  const kind = `Tensor ${tensor.dtype} [${tensor.shape.join(',')}]`;
  if (tensor.isDisposed) return `${kind} (disposed)`;
  return `${kind}\n${tensor.toString().replace(/^Tensor\n/, '')}`;
}
