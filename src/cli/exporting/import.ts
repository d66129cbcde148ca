/** `workbook import`: a model of other people's becomes one that the other commands know by its name. */
import { existsSync, renameSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { workbookHome } from '../../artifacts/home.js';
import { defineCommand } from '../command.js';

const types = ['F32', 'F16', 'BF16'] as const;

export const command = defineCommand({
  name: 'import',
  summary: 'Keeps a model under a name that generate, chat, serve, eval and export know',
  takes: ['PATH', 'A .gguf file, a Hugging Face folder, or a run'],
  options: {
    as: { kind: 'text', takes: 'NAME', help: 'Default the name of the file or folder' },
    type: { kind: 'text', takes: types.join('|'), default: 'F32', help: 'How weights are stored' },
    overwrite: { kind: 'flag', help: 'Replaces the model of that name' },
  },
  examples: ['import SmolLM2-135M.gguf --as smol --type F16', 'serve smol'],
  run: async ({ values: { as, type: named, overwrite }, positionals: [path, more] }) => {
    if (path === undefined || more !== undefined) throw new Error('Cannot import: expected one model');
    const type = types.find((one) => one === named);
    if (!type) throw new Error(`Cannot import: expected --type ${types.join(', ')}, got ${named}`);
    const name = as ?? basename(resolve(path)).replace(/\.(gguf|safetensors)$/, '');
    if (!/^[\w][\w.-]*$/.test(name) || name === 'base' || name === 'chat')
      throw new Error(
        `Cannot import ${path} as "${name}": expected letters, digits, dots and dashes, and not base or chat`,
      );
    const folder = join(workbookHome(), 'models', 'imported', name);
    if (existsSync(folder) && !overwrite)
      throw new Error(`Cannot write ${folder}: it is there; --overwrite replaces it`);
    const { exportModel } = await import('./exportModel.js');
    const part = `${folder}.part`;
    rmSync(part, { recursive: true, force: true });
    try {
      await exportModel({ model: path, size: 'nano', to: part, type });
      rmSync(folder, { recursive: true, force: true });
      renameSync(part, folder);
    } finally {
      rmSync(part, { recursive: true, force: true });
    }
    process.stdout.write(`${name}: ${folder}\n`);
    return 0;
  },
});
