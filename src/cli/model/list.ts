/** `workbook model list`: the models that were downloaded. */
import { workbookHome } from '../../artifacts/home.js';
import { downloadedModels } from '../../artifacts/models.js';
import { defineCommand } from '../command.js';
import { columns } from '../options.js';
import { megabytes } from '../status.js';

export const command = defineCommand({
  name: 'model list',
  summary: 'Lists the models that were downloaded, with their size and place',
  options: {
    home: { kind: 'text', takes: 'DIR', help: 'Where models are kept; default WORKBOOK_HOME, or .workbook' },
  },
  run: ({ values }) => {
    const home = values.home ?? workbookHome();
    const rows = downloadedModels(home).map(
      ({ name, path, bytes }) => [name, `${megabytes(bytes)} MB ${path}`] as const,
    );
    process.stdout.write(
      rows.length > 0
        ? `${columns(rows)}\n`
        : `There are no models in ${home}; workbook model get brings one.\n`,
    );
    return 0;
  },
});
