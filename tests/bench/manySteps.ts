/** `node --import tsx manySteps.ts`: each line is a number of training steps, answered with the memory after them. */
import { createInterface } from 'node:readline';
import { selectBackend } from '../../dist/backend/select.js';
import { createStepper, small } from './sizes.js';

await selectBackend();
const { step } = createStepper(small);
console.log('"ready"');
for await (const line of createInterface({ input: process.stdin })) {
  for (let steps = JSON.parse(line) as number; steps > 0; steps--) step();
  console.log(JSON.stringify([process.memoryUsage().rss / 2 ** 20]));
}
