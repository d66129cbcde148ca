/** Errands in a house whose plan is known, and whose closed doors are not: what is to be done shows only on the way. */
import type { Random } from '../core/random.js';

/** What the house is like. */
export interface ErrandOptions {
  /** Rooms side by side; default 4. */
  readonly width?: number;
  /** Rows of rooms; default 4. There is a letter for each of at most 26 rooms. */
  readonly height?: number;
  /** How likely a door is closed; default 0.2. */
  readonly closedShare?: number;
  /** Fewest doors between the two rooms of an errand; default 3. */
  readonly leastDoors?: number;
}

/** A way to go. */
export interface Errand {
  readonly from: string;
  readonly to: string;
  /** The closed doors, each as the letters of its two rooms in order: `ab`. There is always another way. */
  readonly closed: readonly string[];
}

/** An attempt to go into a room, and what came of it. */
export interface DoorCall {
  readonly room: string;
  /** Whether there was an open door, so that the room was reached. */
  readonly open: boolean;
}

/** A house and the errands in it. */
export interface Errands {
  /** Their letters, row by row. */
  readonly rooms: readonly string[];
  readonly draw: (random: Random) => Errand;
  /** Whether one can go from one room into the other: they lie side by side, and the door is not closed. */
  readonly isOpen: (errand: Pick<Errand, 'closed'>, from: string, to: string) => boolean;
  /**
   * How somebody goes who knows the plan and remembers every closed door: each time one room along a shortest way that may
   * still be open, to the right rather than down, left or up.
   */
  readonly explore: (errand: Errand) => DoorCall[];
}

/**
 * A house of rooms in rows, with a door between any two side by side.
 *
 * @throws {RangeError} If there are fewer than 2 or more than 26 rooms, no errand is that long, or the share of closed
 *   doors is not from 0 to below 1.
 *
 * @example
 * const { explore } = errands();
 * explore({ from: 'a', to: 'd', closed: ['bc'] }).map(({ room, open }) => room + (open ? '+' : '-')).join('')
 * // 'b+c-f+g+h+d+'
 */
export function errands({
  width = 4,
  height = 4,
  closedShare = 0.2,
  leastDoors = 3,
}: ErrandOptions = {}): Errands {
  const count = width * height;
  const isWhole = [width, height].every((side) => Number.isInteger(side) && side >= 1);
  if (!(isWhole && count >= 2 && count <= 26))
    throw new RangeError(`Cannot build a house: expected 2 to 26 rooms, got ${width} by ${height}`);
  if (!(closedShare >= 0 && closedShare < 1))
    throw new RangeError(`Cannot build a house: expected a share from 0 to below 1, got ${closedShare}`);
  if (!(leastDoors <= width + height - 2))
    throw new RangeError(
      `Cannot build a house: expected errands of at most ${width + height - 2} doors, got ${leastDoors}`,
    );
  const rooms = [...'abcdefghijklmnopqrstuvwxyz'].slice(0, count);
  const neighbours = new Map(rooms.map((room, nth) => [room, sideBySide(rooms, nth, width)]));
  const doors = rooms.flatMap((room) =>
    neighbours.get(room)!.flatMap((other) => (room < other ? [room + other] : [])),
  );
  return {
    rooms,
    draw: (random) => {
      while (true) {
        const [from, to] = [random.pick(rooms), random.pick(rooms)];
        if (distances(neighbours, to, new Set()).get(from)! < leastDoors) continue;
        const closed = doors.filter(() => random.uniform() < closedShare);
        if (distances(neighbours, to, new Set(closed)).has(from)) return { from, to, closed };
      }
    },
    isOpen: ({ closed }, from, to) =>
      neighbours.get(from)?.includes(to) === true && !closed.includes(doorOf(from, to)),
    explore: (errand) => explored(neighbours, errand),
  };
}

type Neighbours = ReadonlyMap<string, readonly string[]>;

const doorOf = (one: string, other: string): string => (one < other ? one + other : other + one);

/** The rooms right of, below, left of and above a room, as far as there are any. */
function sideBySide(rooms: readonly string[], nth: number, width: number): string[] {
  const column = nth % width;
  return [
    ...(column < width - 1 ? [nth + 1] : []),
    ...(nth + width < rooms.length ? [nth + width] : []),
    ...(column > 0 ? [nth - 1] : []),
    ...(nth >= width ? [nth - width] : []),
  ].map((other) => rooms[other]!);
}

/** How many doors there are from each room to the goal; rooms without a way are left out. */
function distances(neighbours: Neighbours, goal: string, closed: ReadonlySet<string>): Map<string, number> {
  const found = new Map([[goal, 0]]);
  for (const [room, distance] of found) {
    // A map hands out what is added to it on the way.
    for (const next of neighbours.get(room)!) {
      if (!found.has(next) && !closed.has(doorOf(room, next))) found.set(next, distance + 1);
    }
  }
  return found;
}

function explored(neighbours: Neighbours, { from, to, closed }: Errand): DoorCall[] {
  const known = new Set<string>();
  const calls: DoorCall[] = [];
  let far = distances(neighbours, to, known);
  for (let at = from; at !== to; ) {
    const nearer = (room: string) => far.get(room) === far.get(at)! - 1 && !known.has(doorOf(at, room));
    const room = neighbours.get(at)!.find(nearer)!;
    const open = !closed.includes(doorOf(at, room));
    calls.push({ room, open });
    if (open) at = room;
    else far = distances(neighbours, to, known.add(doorOf(at, room)));
  }
  return calls;
}
