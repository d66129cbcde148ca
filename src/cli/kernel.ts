/** `workbook kernel`: the Jupyter kernel, as Jupyter starts it, and its installation. */
import { fileURLToPath } from 'node:url';
import { type Command, defineCommand } from './command.js';

const install = defineCommand({
  name: 'kernel install',
  summary: 'Tells Jupyter and VS Code of this kernel',
  options: {
    prefix: { kind: 'text', takes: 'DIR', help: 'Below this folder, a Python environment for one' },
    user: { kind: 'flag', help: 'For this user, which is the default' },
    name: { kind: 'text', takes: 'NAME', help: 'The name by which notebooks ask for it; default workbook' },
  },
  examples: ['kernel install', 'kernel install --name tslab'],
  run: ({ values: { user, prefix, name } }) => {
    if (user && prefix !== undefined)
      throw new Error('Cannot install both for the user and into a prefix: give --user or --prefix');
    return installed(name, prefix);
  },
});

const start = defineCommand({
  name: 'kernel',
  summary: 'Runs the Jupyter kernel, as Jupyter starts it',
  options: {
    connection: { kind: 'text', takes: 'FILE', help: "Jupyter's connection file" },
  },
  run: ({ values: { connection } }) => {
    if (connection === undefined) throw new Error('Cannot start a kernel: name its file with --connection');
    return started(connection);
  },
});

export const command: Command = {
  summary: 'Installs or runs the Jupyter kernel for TypeScript',
  help: `${install.help}\n${start.help}`,
  run: (args) => (args[0] === 'install' ? install.run(args.slice(1)) : start.run(args)),
};

async function installed(name: string | undefined, prefix: string | undefined): Promise<number> {
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

async function started(connection: string): Promise<number> {
  const [{ readConnection }, { startKernel }] = await Promise.all([
    import('../kernel/jupyter/connection.js'),
    import('../kernel/jupyter/kernel.js'),
  ]);
  let interrupt = () => {}; // Jupyter signals the process group; until there are cells, there is nothing to interrupt
  process.on('SIGINT', () => interrupt());
  const kernel = await startKernel({
    connection: readConnection(connection),
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
