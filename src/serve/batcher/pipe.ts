/** What hands values from one that makes them to one that reads them, at the reader's pace. */

/** A pipe with room for a few values. */
export interface Pipe<Value> extends AsyncIterable<Value> {
  readonly push: (value: Value) => void;
  /** What is in it can still be read; behind that the reader sees the end, or the error. */
  readonly end: (error?: unknown) => void;
  readonly isFull: () => boolean;
}

/** Who is told what happens at the reader's end. */
export interface PipeListeners {
  /** A full pipe has room again. */
  readonly onRoom: () => void;
  /** The reader has gone before the end. */
  readonly onLeave: () => void;
}

/** Makes an empty pipe for one reader. */
export function createPipe<Value>(room: number, { onRoom, onLeave }: PipeListeners): Pipe<Value> {
  const values: Value[] = [];
  let ended: { readonly error?: unknown } | undefined;
  let wake: (() => void) | undefined;
  const changed = () => {
    wake?.();
    wake = undefined;
  };
  const next = async (): Promise<IteratorResult<Value, undefined>> => {
    while (values.length === 0 && !ended) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    if (values.length > 0) {
      const wasFull = values.length >= room;
      const value = values.shift()!;
      if (wasFull && !ended) onRoom();
      return { value, done: false };
    }
    if (ended?.error !== undefined) throw ended.error;
    return { value: undefined, done: true };
  };
  return {
    push: (value) => {
      values.push(value);
      changed();
    },
    end: (error) => {
      ended ??= { error };
      changed();
    },
    isFull: () => values.length >= room,
    [Symbol.asyncIterator]: () => ({
      next,
      return: async () => {
        if (!ended) onLeave();
        ended ??= {};
        values.length = 0;
        return { value: undefined, done: true };
      },
    }),
  };
}
