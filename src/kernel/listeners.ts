/** Listeners on `process` that stay, whatever a cell removes: without them the process would hear nobody, and end. */
import type { EventEmitter } from 'node:events';
import { Map, process } from '../core/globals.js';

type Listener = Parameters<EventEmitter['on']>[1];

const kept = new Map<string, Listener>();
const emitter: EventEmitter = process; // whatever the event

/**
 * Listens to an event of `process` for good.
 *
 * @returns What ends it.
 */
export function listen(event: string, listener: Listener): () => void {
  kept.set(event, listener);
  keep();
  return () => {
    kept.delete(event);
    emitter.off(event, listener);
  };
}

/** Puts back what is missing. */
function keep(): void {
  for (const [event, listener] of [...kept, ['removeListener', onRemoval] as const])
    if (!emitter.listeners(event).includes(listener)) emitter.on(event, listener);
}

function onRemoval(event: string | symbol): void {
  if (typeof event !== 'string' || !kept.has(event)) return;
  process.nextTick(() => {
    keep(); // not before, as Node is still removing
    process.channel?.ref(); // Node lets the process end once nobody listens for messages
  });
}
