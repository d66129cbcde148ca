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
  type Result = IteratorResult<Value, undefined>;
  const values: Value[] = [];
  let ended: { readonly error?: unknown } | undefined;
  let waiting:
    | { readonly take: (result: Result) => void; readonly fail: (error: unknown) => void }
    | undefined;
  const finish = ({ take, fail }: NonNullable<typeof waiting>) => {
    if (ended?.error !== undefined) fail(ended.error);
    else take({ value: undefined, done: true });
  };
  const next = (): Promise<Result> =>
    new Promise((take, fail) => {
      if (values.length > 0) {
        const wasFull = values.length >= room;
        take({ value: values.shift()!, done: false });
        if (wasFull && !ended) onRoom();
      } else if (ended) finish({ take, fail });
      else waiting = { take, fail };
    });
  return {
    push: (value) => {
      if (waiting) waiting.take({ value, done: false });
      else values.push(value);
      waiting = undefined;
    },
    end: (error) => {
      ended ??= { error };
      if (waiting) finish(waiting);
      waiting = undefined;
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
