/** The backends that run on this machine; `native` wherever there is a compiler to build it. */
import { spawnSync } from 'node:child_process';

const runs = ([command, ...args]: string[]): boolean =>
  spawnSync(command!, [...args, '--version']).status === 0;

const compilers = process.env.CXX ? [process.env.CXX] : ['c++', 'g++', 'clang++'];

export const hasCompiler = compilers.some((name) => runs(name.split(' ')));

export const backendNames: readonly string[] = ['cpu', 'wasm', ...(hasCompiler ? ['native'] : [])];
