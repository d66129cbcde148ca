/** Names of the library in code, as links to their documentation. */
import { escapeHtml } from '../../core/html.js';
import type { Notebook } from '../notebook.js';

/** A name that the library exports, and where it is documented. */
export interface HelperName {
  readonly name: string;
  /** Address of its page, from the folder of the book. */
  readonly href: string;
  /** What it is, in a sentence. */
  readonly summary: string;
}

/** Addresses by the name that code uses. */
export type CodeLinks = ReadonlyMap<string, string>;

/**
 * What a notebook imports from this library, by the names that its cells use: `import { gelu as g }` gives `g`.
 *
 * @param helpers Everything that is documented.
 */
export function codeLinksOf({ cells }: Notebook, helpers: readonly HelperName[]): CodeLinks {
  const hrefs = new Map(helpers.map(({ name, href }) => [name, href]));
  const code = cells.flatMap(({ cell_type, source }) => (cell_type === 'code' ? [source] : [])).join('\n');
  const imports = code.matchAll(
    /\bimport\s+(?:type\s+)?\{([^}]*)\}\s*from\s*['"]llm-workbook(?:\/\w+)?['"]/g,
  );
  const specifiers = [...imports].flatMap(([, names = '']) => names.split(','));
  return new Map(
    specifiers.flatMap((specifier) => {
      const [name = '', local = name] = specifier
        .trim()
        .replace(/^type\s+/, '')
        .split(/\s+as\s+/);
      const href = hrefs.get(name);
      return href === undefined ? [] : [[local, href] as const];
    }),
  );
}

/**
 * Makes links of names in coloured code: not in texts and comments, and not where a name is a property's.
 *
 * @param html What `codeHtml` gives: text, and spans that say what it is.
 */
export function linkedCode(html: string, links: CodeLinks): string {
  if (links.size === 0) return html;
  const open: string[] = []; // classes of the spans around
  let before = ''; // the text so far, as far as a name can be told from a property by it
  return html.replace(/<\/span>|<span class="([^"]*)">|[^<]+/g, (part, span?: string) => {
    if (part === '</span>') open.pop();
    else if (span !== undefined) open.push(span);
    else {
      const text = isQuoted(open) ? part : withLinks(part, before, links);
      before = (before + part).slice(-3);
      return text;
    }
    return part;
  });
}

/** What stands in `${…}` within a text is code again. */
const isQuoted = (open: readonly string[]): boolean =>
  /string|comment|regexp|attr/.test(
    open.findLast((name) => /string|comment|regexp|attr|subst/.test(name)) ?? '',
  );

function withLinks(text: string, before: string, links: CodeLinks): string {
  return text.replace(/[A-Za-z_$][\w$]*/g, (name, at: number) => {
    const href = links.get(name);
    const ahead = before + text.slice(0, at);
    const isPart = /[\w$&#;]$/.test(ahead) && !/[&][a-z#\d]+;$/.test(ahead);
    const isProperty =
      (/\.$/.test(ahead) && !/\.\.\.$/.test(ahead)) || /^:/.test(text.slice(at + name.length));
    return href === undefined || isPart || isProperty ? name : `<a href="${escapeHtml(href)}">${name}</a>`;
  });
}
