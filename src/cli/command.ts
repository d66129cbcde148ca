/** What each subcommand of `workbook` offers. */

/** A subcommand: its usage line, and what it does with its arguments; it returns the exit status. */
export interface Command {
  readonly usage: string;
  readonly run: (args: string[]) => Promise<number>;
}
