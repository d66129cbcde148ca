/** What an editor shows when the mouse rests on a name: signature, documentation, tags. */
import type ts from 'typescript';
import type { MimeBundle } from '../../core/display.js';
import type { Cells } from './cells.js';
import { type Session, toModule } from './session.js';
import type { TypeScript } from './typescript.js';
import { withoutOurNames } from './wording.js';

/** `data` holds `text/plain` and `text/markdown` where something was found. */
export interface Inspection {
  readonly found: boolean;
  readonly data: MimeBundle;
}

/** Describes the name at the cursor, or the function whose call the cursor stands in. */
export function inspect({ ts, service, cells }: Session, code: string, cursor: number): Inspection {
  const module = cells.open(code, 'mentioned');
  const position = toModule(module, cursor);
  const at = (place: number) => service.getQuickInfoAtPosition(module.path, place);
  const callee = () => {
    const file = service.getProgram()?.getSourceFile(module.path);
    const end = file && calleeEnd(ts, file, file.text.slice(0, position).trimEnd().length);
    return end === undefined ? undefined : at(end);
  };
  const info = at(position) ?? callee();
  return info
    ? { found: true, data: bundleOf(ts, info, signatureOf(ts, info, cells)) }
    : { found: false, data: {} };
}

/** Where the name of the innermost call around a position ends. */
function calleeEnd(ts: TypeScript, file: ts.SourceFile, position: number): number | undefined {
  let end: number | undefined;
  const visit = (node: ts.Node): void => {
    if (node.pos > position || node.end < position) return;
    if (
      (ts.isCallExpression(node) || ts.isNewExpression(node)) &&
      node.expression.end < position &&
      (position < node.end || file.text[node.end - 1] !== ')')
    )
      end = node.expression.end;
    ts.forEachChild(node, visit);
  };
  visit(file);
  return end;
}

function bundleOf(ts: TypeScript, info: ts.QuickInfo, signature: string): MimeBundle {
  const text = ts.displayPartsToString(info.documentation);
  const tags = (info.tags ?? []).map((tag) => ({ name: tag.name, text: ts.displayPartsToString(tag.text) }));
  const plain = [signature, text, tags.map((tag) => `@${tag.name} ${tag.text}`.trim()).join('\n')];
  const markdown = [`\`\`\`ts\n${signature}\n\`\`\``, text, ...tags.map(markdownOf)];
  const joined = (parts: readonly string[]) => parts.filter((part) => part !== '').join('\n\n');
  return { 'text/plain': joined(plain), 'text/markdown': joined(markdown) };
}

/** An import is described by what it stands for: names of earlier cells are imports only to us. */
const signatureOf = (ts: TypeScript, { displayParts }: ts.QuickInfo, cells: Cells): string =>
  withoutOurNames(ts.displayPartsToString(displayParts), cells)
    .replace(/^\(alias\) (?=[\w$.]+[(<])/, 'function ')
    .replace(/^\(alias\) /, '')
    .replace(/\n(import|export) [^\n]*$/, '');

function markdownOf({ name, text }: { readonly name: string; readonly text: string }): string {
  if (name === 'example') return `*@example*\n${text.startsWith('```') ? text : `\`\`\`ts\n${text}\n\`\`\``}`;
  const [, subject, rest] = /^([\w$.[\]]+)\s*-?\s*([\s\S]*)$/.exec(text) ?? [];
  if (name === 'param' || name === 'template')
    return subject === undefined
      ? `*@${name}* ${text}`
      : `*@${name}* \`${subject}\`${rest ? ` — ${rest}` : ''}`;
  return text === '' ? `*@${name}*` : `*@${name}* — ${text}`;
}
