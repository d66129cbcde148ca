/** Stands in for the language service: it knows no names. */

/** A type error of a cell; line and column from 1. */
export interface Diagnostic {
  readonly line: number;
  readonly column: number;
  readonly code: number;
  readonly message: string;
  readonly text: string;
}

export interface Language {
  readonly complete: (
    code: string,
    cursor: number,
  ) => Promise<{
    matches: string[];
    start: number;
    end: number;
    items: { text: string; type: string }[];
  }>;
  readonly inspect: (
    code: string,
    cursor: number,
  ) => Promise<{ found: boolean; data: { [mime: string]: unknown } }>;
  readonly isComplete: (
    code: string,
  ) => Promise<{ status: 'complete' | 'incomplete' | 'invalid'; indent?: string }>;
  readonly check: (code: string) => Promise<Diagnostic[]>;
  readonly ran: (code: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

export function startLanguage(_options: { readonly folder: string }): Language {
  const word = (code: string, cursor: number) => /[\w.]*$/.exec(code.slice(0, cursor))![0];
  return {
    complete: async (code, cursor) => {
      const typed = word(code, cursor);
      const matches = ['console', 'constructor'].filter((name) => typed !== '' && name.startsWith(typed));
      const items = matches.map((text) => ({ text, type: 'variable' }));
      return { matches, start: cursor - typed.length, end: cursor, items };
    },
    inspect: async (code, cursor) => ({
      found: word(code, cursor).startsWith('console'),
      data: { 'text/plain': 'var console: Console' },
    }),
    isComplete: async (code) => {
      if (/[{(`]\s*$/.test(code)) return { status: 'incomplete', indent: '  ' };
      return { status: /[)}]\s*[)}]\s*=/.test(code) ? 'invalid' : 'complete' };
    },
    check: async (code) => {
      const line = code.split('\n').findIndex((text) => text.includes(": number = '"));
      if (line === -1) return [];
      const message = "Type 'string' is not assignable to type 'number'.";
      return [{ line: line + 1, column: 7, code: 2322, message, text: code.split('\n')[line]! }];
    },
    ran: async () => {},
    close: async () => {},
  };
}
