// The documentation of the library: TypeDoc's pages for every door of package.json, and the source files that they name
// as pages too, so that all of it lies in the book's folder.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application, Converter, ReflectionKind, Renderer } from 'typedoc';
import { writeFileAtomic } from '../dist/core/files.js';
import { sourcePageHtml } from '../dist/workbook/book/sourcePage.js';

/** Stands in TypeDoc's pages for the folder of the book, since their depth decides how it is reached. */
const bookFolder = 'https://book.invalid/';

/**
 * Writes `api/` and `source/`.
 *
 * @returns Each documented name with the address of its page, from the book's folder, and its first sentence.
 */
export async function writeApi(book, root) {
  const app = await Application.bootstrap({
    entryPoints: doorsOf(root),
    tsconfig: join(root, 'tsconfig.json'),
    name: 'llm-workbook',
    readme: 'none',
    skipErrorChecking: true, // the build has checked them
    disableGit: true,
    gitRevision: 'main',
    sourceLinkTemplate: `${bookFolder}source/src/{path}.html#L{line}`,
    navigationLinks: { 'The book': `${bookFolder}index.html` },
    customCss: fileURLToPath(new URL('api.css', import.meta.url)),
    excludeInternal: true,
    excludeExternals: true,
    githubPages: false,
    hideGenerator: true,
    validation: { notExported: false },
    logLevel: 'Warn',
  });
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => nameParameters(project));
  const helpers = new Map();
  app.renderer.on(Renderer.EVENT_END_PAGE, ({ model, url }) => {
    const isExport = model.parent?.kindOf?.(ReflectionKind.Module) && !model.kindOf(ReflectionKind.Module);
    if (isExport && !helpers.has(model.name))
      helpers.set(model.name, { name: model.name, href: `api/${url}`, summary: summaryOf(model) });
  });
  const project = await app.convert();
  if (!project) throw new Error('TypeDoc cannot read the library');
  await app.generateDocs(project, join(book, 'api'));
  writeSources(book, root, linkBack(join(book, 'api')));
  return [...helpers.values()];
}

/** The sources of the package's doors; `.` opens all rooms and is left out. */
function doorsOf(root) {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return Object.entries(exports)
    .filter(([door, target]) => door !== '.' && typeof target === 'object')
    .map(([, { types }]) => join(root, types.replace('./dist/', 'src/').replace(/\.d\.ts$/, '.ts')));
}

/** A parameter that is taken apart at once has the name that the comment gives it: `options` of `options.seed`. */
function nameParameters(project) {
  for (const signature of project.getReflectionsByKind(ReflectionKind.CallSignature)) {
    const tags = signature.comment?.blockTags.filter(({ tag, name }) => tag === '@param' && name) ?? [];
    const taken = new Set(signature.parameters?.map(({ name }) => name));
    const free = [...new Set(tags.map(({ name }) => name.split('.')[0]))].filter((name) => !taken.has(name));
    for (const parameter of signature.parameters ?? [])
      if (parameter.name === '__namedParameters') parameter.name = free.shift() ?? 'options';
  }
}

/** The first sentence of what a name's comment says. */
function summaryOf(model) {
  const comment = model.comment ?? model.signatures?.[0]?.comment;
  const text = comment?.summary.map((part) => part.text).join('') ?? '';
  const [sentence = ''] = /^.*?(?:[.!?](?=\s|$)|$)/s.exec(text) ?? [];
  return sentence.replace(/\s+/g, ' ').replaceAll('`', '');
}

/** Puts the way to the book's folder into TypeDoc's pages. Returns the source files that they name. */
function linkBack(api) {
  const named = new Set();
  for (const file of readdirSync(api, { recursive: true }).filter((name) => name.endsWith('.html'))) {
    const up = '../'.repeat(file.split(/[\\/]/).length);
    const html = readFileSync(join(api, file), 'utf8');
    for (const [, path] of html.matchAll(/https:\/\/book\.invalid\/source\/(.+?)\.html#/g)) named.add(path);
    const text = html
      .replaceAll(bookFolder, up)
      .replaceAll(' target="_blank"', '')
      .replace(/"(?:\.\.\/)?assets\/icons\.svg#/g, '"#'); // icons.js puts them on the page; a disk's file may not be used
    writeFileAtomic(join(api, file), text);
  }
  return named;
}

function writeSources(book, root, paths) {
  for (const path of paths) {
    const code = readFileSync(join(root, path), 'utf8');
    writeFileAtomic(join(book, 'source', `${path}.html`), sourcePageHtml(path, code));
  }
}
