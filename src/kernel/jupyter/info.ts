/** What the kernel says of itself. */
import { createRequire } from 'node:module';
import { type Json, protocolVersion } from './wire.js';

const require = createRequire(import.meta.url);
const versionOf = (manifest: string): string => (require(manifest) as { version: string }).version;

/** The content of `kernel_info_reply`. */
export function kernelInfo(): Json {
  const version = versionOf('../../../package.json');
  const typescript = versionOf('typescript/package.json');
  return {
    protocol_version: protocolVersion,
    implementation: 'workbook',
    implementation_version: version,
    banner: `workbook ${version}: TypeScript ${typescript} on Node ${process.versions.node}`,
    language_info: {
      name: 'typescript',
      version: typescript,
      mimetype: 'text/typescript',
      file_extension: '.ts',
      pygments_lexer: 'typescript',
      codemirror_mode: { name: 'javascript', typescript: true },
      nbconvert_exporter: 'script',
    },
    help_links: [
      { text: 'TypeScript', url: 'https://www.typescriptlang.org/docs/' },
      { text: 'Node.js', url: `https://nodejs.org/docs/v${process.versions.node}/api/` },
    ],
    debugger: false,
    supported_features: [],
  };
}
