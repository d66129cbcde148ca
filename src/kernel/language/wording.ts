/** TypeScript's words as a reader of the notebook should see them: without our files and the names of our exports. */
import { type Cells, ownPrefix } from './cells.js';

const fromCell = new RegExp(`import\\("[^"]*/(${ownPrefix}_\\w+)"[^)]*\\)\\.(?:${ownPrefix}_)?(\\w+)`, 'g');

/** Takes our names out of a text; a type that a later cell declared again is marked as the earlier one. */
export function withoutOurNames(text: string, { visible, current }: Cells): string {
  return text
    .replace(fromCell, (_, module: string, name: string) => {
      const isNewest = current.endsWith(`/${module}.mts`) || visible.get(name)?.from === `./${module}.mjs`;
      return isNewest ? name : `${name} of an earlier cell`;
    })
    .replaceAll(`${ownPrefix}_`, '');
}
