/** What the parquet process is asked, and what it answers. */
import type { Row } from '../fields.js';

export type ParquetRequest =
  /** Reads the footer of a file of so many bytes. */
  | {
      readonly kind: 'footer';
      readonly footer: ArrayBuffer;
      readonly bytes: number;
      readonly columns: readonly string[] | undefined;
    }
  /** Takes the stored bytes of a group, which begin at `start` in the file. */
  | { readonly kind: 'group'; readonly stored: ArrayBuffer; readonly start: number }
  /**
   * Reads rows of that group; they count from 0 over the whole file. Those up to `spanEnd` will be asked for next, and are
   * best unpacked together: a page of a column is as long as the group in some files, and is unpacked whole for each row.
   */
  | { readonly kind: 'rows'; readonly rowStart: number; readonly rowEnd: number; readonly spanEnd: number };

/** A group of rows, or what is wrong with it. */
export type RowGroup =
  | {
      readonly rows: number;
      /** Where the wanted columns lie in the file. */
      readonly start: number;
      readonly end: number;
      /** Size of the wanted values, unpacked. */
      readonly unpacked: number;
      /** How many values are wanted, and how many of them lie inside of lists and structs. */
      readonly values: number;
      readonly nested: number;
    }
  | { readonly rows: number; readonly problem: string };

export type ParquetAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'groups'; readonly groups: readonly RowGroup[] }
  | { readonly kind: 'rows'; readonly rows: readonly Row[] }
  | { readonly kind: 'problem'; readonly problem: string };
