/** `workbook model get`: downloads a model, with its progress on one line; run again, it goes on where it ended. */
import { downloadModel } from '../../artifacts/models.js';
import { progressLine } from '../../core/progress.js';
import { defineCommand } from '../command.js';
import { interruptSignal } from '../interrupt.js';
import { inMegabytes, megabytes, statusLine } from '../status.js';

export const command = defineCommand({
  name: 'model get',
  summary: 'Downloads a model from the hub; run again, it goes on where it ended',
  takes: ['ADDRESS', 'hf://OWNER/NAME or hf://OWNER/NAME/FILE.gguf, with @REVISION behind NAME if need be'],
  options: {
    home: { kind: 'text', takes: 'DIR', help: 'Where models are kept; default WORKBOOK_HOME, or .workbook' },
  },
  examples: [
    'model get hf://HuggingFaceTB/SmolLM2-135M',
    'model get hf://HuggingFaceTB/SmolLM2-135M-Instruct-GGUF/smollm2-135m-instruct-q8_0.gguf',
  ],
  run: async ({ values, positionals }) => {
    const [source, more] = positionals;
    if (!source || more !== undefined) throw new Error('Cannot download a model: expected one address');
    const status = statusLine();
    const { path, bytes } = await downloadModel(source, {
      signal: interruptSignal('Stopped; the same command goes on from here.'),
      ...(values.home !== undefined && { home: values.home }),
      onProgress: (progress) => status.update(`${source}: ${progressLine(inMegabytes(progress), 'MB')}`),
    }).finally(() => status.close());
    process.stdout.write(`${path}: ${megabytes(bytes)} MB\n`);
    return 0;
  },
});
