/** Ctrl+C and the request to end, the same for every command. */

/** The exit status of a command that was interrupted, as shells have it. */
export const interruptedStatus = 130;

/**
 * A signal that is aborted by the first interrupt, so that a command can keep what it has; the second ends it at once.
 *
 * @param reason What an aborted part says; default the plain `AbortError`.
 */
export function interruptSignal(reason?: string): AbortSignal {
  const controller = new AbortController();
  const onInterrupt = () => {
    if (controller.signal.aborted) process.exit(interruptedStatus);
    controller.abort(reason === undefined ? undefined : new Error(reason));
  };
  process.on('SIGINT', onInterrupt).on('SIGTERM', onInterrupt);
  return controller.signal;
}

/** For a command that has nothing to keep: an interrupt ends it. */
export function endWhenInterrupted(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => process.exit(interruptedStatus));
}
