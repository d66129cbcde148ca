/**
 * tfjs's packages hold everything twice: as a bundle, which `require` and `import` find, and as the modules that the
 * test cases use. Here the modules take the bundle's place, so that backends and cases share one tfjs-core.
 */
import Module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const scope = dirname(dirname(require.resolve('@tensorflow/tfjs-core/package.json')));

/** Where tfjs-core's modules and its test cases are. */
export const coreFolder = join(scope, 'tfjs-core', 'dist');

/** tfjs's `jasmine_util` loads a file that newer jasmines keep to themselves. */
const jasmineFile = 'jasmine-core/lib/jasmine-core/jasmine.js';

/** From now on, whoever requires one of tfjs's packages gets its modules. They are compiled by tsx. */
export function shareCore(): void {
  const resolve = Reflect.get(Module, '_resolveFilename');
  Reflect.set(Module, '_resolveFilename', (name: string, ...rest: unknown[]) => {
    if (/^@tensorflow\/[^/]+$/.test(name)) return join(dirname(scope), name, 'dist', 'index.js');
    if (name === jasmineFile) return fileURLToPath(new URL('jasmine.cjs', import.meta.url));
    return Reflect.apply(resolve, Module, [name, ...rest]);
  });
}
