/** What cells behind the walls find besides the language: imports, and the package without its answers. */
import { readFileSync } from 'node:fs';
import { hostKey } from '../core/display.js';
import { runtimeName } from '../kernel/cellCode.js';
import { cellModules } from '../kernel/modules/cellModules.js';
import { checkImport } from './lockDown.js';

/**
 * Makes the names that cells use; to be called once, before `lockDown`.
 *
 * @param result Receives the value of a cell's last expression.
 */
export function prepareCells(result: (value: unknown) => void): void {
  const folder = process.cwd();
  const { import: load, require, meta } = cellModules(folder);
  const checkedRequire = (specifier: string) => {
    checkImport(String(specifier));
    return require(String(specifier));
  };
  const runtime = {
    import: async (specifier: unknown, needed?: unknown, others?: unknown) => {
      checkImport(String(specifier));
      return load(withoutAnswers(String(specifier)), needed, others);
    },
    result,
    live: (value: unknown) => value, // nobody interrupts this process: when its time is over it ends
    liveIterable: (values: unknown) => values,
    meta,
  };
  const names = {
    [runtimeName]: runtime,
    require: checkedRequire,
    __dirname: folder,
    [hostKey]: { display: () => {}, clear: () => {} }, // nobody looks at what is shown behind the walls
  };
  for (const key of Reflect.ownKeys(names))
    Object.defineProperty(globalThis, key, {
      value: names[key as keyof typeof names],
      writable: true,
      configurable: true,
      enumerable: false,
    });
  for (const event of ['unhandledRejection', 'uncaughtException'])
    process.on(event, (error) => process.stderr.write(`${error}\n`));
}

const moduleOf = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;

/** Stands in for the room of exercises, which the walls close (`walls.ts`): cells that call `check` run on. */
const noExercises = moduleOf('export const check = () => undefined;');

/** This package's door, made anew without the room of exercises; other modules as they are. */
function withoutAnswers(specifier: string): string {
  if (specifier === 'llm-workbook/exercises') return noExercises;
  if (specifier !== 'llm-workbook') return specifier;
  const door = new URL('../index.js', import.meta.url);
  const text = readFileSync(door, 'utf8').replace(/ from '(\.[^']+)'/g, (_, path: string) => {
    const url = path.startsWith('./exercises/') ? noExercises : new URL(path, door).href;
    return ` from '${url.replaceAll("'", '%27')}'`;
  });
  return moduleOf(text);
}
