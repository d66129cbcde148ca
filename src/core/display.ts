/** The contract between values that show themselves and whatever runs the cell and shows them. */
import { globalThis } from './globals.js';

/** Representations of one value by MIME type: text, or JSON for the JSON types. */
export type MimeBundle = { readonly [mime: string]: unknown };

/** A value with a method of this name shows itself as the MIME bundle that it returns (Deno's convention). */
export const displaySymbol = Symbol.for('Jupyter.display');

/** What the program that runs the cells offers. */
export interface Host {
  /** Shows a value now; with an id it can be shown anew in the same place. */
  readonly display: (value: unknown, options?: { readonly id?: string; readonly update?: boolean }) => void;
  /** Takes away what the cell has shown; with `wait`, when the next output comes. */
  readonly clear: (options?: { readonly wait?: boolean }) => void;
}

/** Where a host is found: `globalThis[hostKey]`. A registered symbol, as a cell may hold another copy of this package. */
export const hostKey = Symbol.for('llm-workbook.host');

/** The host that runs this program, if one does. */
export const currentHost = (): Host | undefined => (globalThis as { [hostKey]?: Host })[hostKey];
