/** `workbook kernel`: the Jupyter kernel, as Jupyter starts it, and its installation. */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Command } from './command.js';

export const command: Command = {
  usage: 'kernel --connection FILE\n  workbook kernel install [--prefix DIR | --user] [--name NAME]',
  run: async (args) => (args[0] === 'install' ? install(args.slice(1)) : start(args)),
};

async function install(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { prefix: { type: 'string' }, user: { type: 'boolean' }, name: { type: 'string' } },
  });
  const { name, prefix } = values;
  if (values.user && prefix !== undefined)
    throw new Error('Cannot install both for the user and into a prefix: give --user or --prefix');
  const { installKernel } = await import('../kernel/jupyter/kernelspec.js');
  const main = fileURLToPath(new URL('./main.js', import.meta.url));
  const path = installKernel({
    main,
    ...(name !== undefined && { name }),
    ...(prefix !== undefined && { prefix }),
  });
  process.stdout.write(`Jupyter finds the kernel by ${path}\n`);
  return 0;
}

async function start(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { connection: { type: 'string' } } });
  if (values.connection === undefined)
    throw new Error('Cannot start a kernel: name its file with --connection');
  const [{ readConnection }, { startKernel }] = await Promise.all([
    import('../kernel/jupyter/connection.js'),
    import('../kernel/jupyter/kernel.js'),
  ]);
  let interrupt = () => {}; // Jupyter signals the process group; until there are cells, there is nothing to interrupt
  process.on('SIGINT', () => interrupt());
  const kernel = await startKernel({
    connection: readConnection(values.connection),
    folder: process.cwd(),
    env: process.env,
    log: (line) => process.stderr.write(`workbook kernel: ${line}\n`),
  });
  interrupt = kernel.interrupt;
  process.on('SIGTERM', kernel.stop);
  stopWithParent(kernel.stop);
  return kernel.ended;
}

/** A server that is gone cannot end its kernels; it asks them to look for it by this variable. */
function stopWithParent(stop: () => void): void {
  const { ppid } = process;
  if (!process.env.JPY_PARENT_PID || process.platform === 'win32') return;
  setInterval(() => process.ppid !== ppid && stop(), 1000).unref();
}
