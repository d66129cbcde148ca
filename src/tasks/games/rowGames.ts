/** Games in which so many in a row win: tic-tac-toe, Connect Four, and what lies between. */
import type { Game, Position } from './game.js';

/** A board and what wins on it. */
export interface RowGameOptions {
  readonly name: string;
  readonly rows: number;
  /** At most 26. */
  readonly columns: number;
  /** So many in a row, in a column or in a diagonal win. */
  readonly inARow: number;
  /** Whether pieces fall down: a move is then a column, otherwise a cell. */
  readonly gravity: boolean;
}

const letters = 'abcdefghijklmnopqrstuvwxyz';
const directions = [
  [0, 1],
  [1, 0],
  [1, 1],
  [1, -1],
] as const;

/**
 * Makes the rules of a game on a board. Columns are called a, b, c, …, from the left; cells b2, from the bottom, as in
 * chess.
 *
 * @throws {RangeError} If the board has no cell or more than 26 columns, or nobody could win on it.
 *
 * @example
 * const game = rowGame({ name: 'three of five', rows: 1, columns: 5, inARow: 3, gravity: false });
 * const end = ['a1', 'e1', 'b1', 'd1', 'c1'].reduce(
 *   (position, name) => game.play(position, game.moveNames.indexOf(name)),
 *   game.start,
 * );
 * [end.score, game.drawn(end)] // [1, 'X X X O O']
 */
export function rowGame({ name, rows, columns, inARow, gravity }: RowGameOptions): Game {
  checkBoard({ rows, columns, inARow });
  const board = { rows, columns, inARow };
  const names = Array.from({ length: rows * columns }, (_, cell) => nameOf(cell, board));
  const moveNames = gravity ? [...letters.slice(0, columns)] : names;
  const start: Position = { moves: [], cells: new Array<number>(rows * columns).fill(0) };
  const cellOf = (cells: readonly number[], move: number) => (gravity ? fallen(cells, move, board) : move);
  const isFree = (cells: readonly number[], move: number) => cells[move] === 0; // a column's top cell, or the cell
  return {
    name,
    moveNames,
    longest: rows * columns,
    start,
    legalMoves: ({ cells, score }) => {
      const legal: number[] = [];
      if (score !== undefined) return legal;
      for (let move = 0; move < moveNames.length; move++) if (isFree(cells, move)) legal.push(move);
      return legal;
    },
    play: (position, move) => {
      const { moves, cells, score } = position;
      if (score !== undefined || !isFree(cells, move) || !(move < moveNames.length))
        throw new RangeError(illegal(name, position, moveNames[move] ?? String(move)));
      const piece = (moves.length % 2) + 1;
      const cell = cellOf(cells, move);
      const after = cells.with(cell, piece);
      const end = scoreAfter(after, cell, board);
      return { moves: [...moves, move], cells: after, ...(end !== undefined && { score: end }) };
    },
    drawn: ({ cells }) =>
      Array.from({ length: rows }, (_, row) =>
        cells
          .slice(row * columns, (row + 1) * columns)
          .map((cell) => '.XO'[cell])
          .join(' '),
      ).join('\n'),
  };
}

/**
 * Tic-tac-toe: three in a row on three by three cells.
 *
 * @example
 * const game = ticTacToe();
 * game.moveNames // ['a3', 'b3', 'c3', 'a2', 'b2', 'c2', 'a1', 'b1', 'c1']
 * game.drawn(game.play(game.start, 4)) // '. . .\n. X .\n. . .'
 */
export const ticTacToe = (): Game =>
  rowGame({ name: 'tic-tac-toe', rows: 3, columns: 3, inARow: 3, gravity: false });

/**
 * Connect 3: pieces fall down four columns of four; three in a row win.
 *
 * @example
 * connect3().moveNames // ['a', 'b', 'c', 'd']
 */
export const connect3 = (): Game =>
  rowGame({ name: 'Connect 3', rows: 4, columns: 4, inARow: 3, gravity: true });

/**
 * Connect Four: pieces fall down; four in a row win.
 *
 * @param options.rows Default 6, as the game is sold.
 * @param options.columns Default 7.
 *
 * @example
 * const game = connectFour();
 * const end = [0, 1, 0, 1, 0, 1, 0].reduce(game.play, game.start);
 * end.score // 1
 * game.legalMoves(end) // []
 */
export const connectFour = ({
  rows = 6,
  columns = 7,
}: {
  readonly rows?: number;
  readonly columns?: number;
} = {}): Game => rowGame({ name: 'Connect Four', rows, columns, inARow: 4, gravity: true });

type Board = Pick<RowGameOptions, 'rows' | 'columns' | 'inARow'>;

function checkBoard({ rows, columns, inARow }: Board): void {
  const whole = [rows, columns, inARow].every((size) => Number.isInteger(size) && size >= 1);
  if (whole && columns <= letters.length && inARow <= Math.max(rows, columns)) return;
  throw new RangeError(
    `Cannot make a game: expected a board of at most 26 columns on which a row fits, got ${rows} rows, ${columns} columns and ${inARow} in a row`,
  );
}

const nameOf = (cell: number, { rows, columns }: Board): string =>
  `${letters[cell % columns]}${rows - Math.floor(cell / columns)}`;

function illegal(name: string, { moves, score }: Pick<Position, 'moves' | 'score'>, move: string): string {
  const why = score === undefined ? 'is not legal there' : 'comes after its end';
  return `Cannot play ${name}: move ${moves.length + 1}, ${move}, ${why}`;
}

/** Where a piece comes to lie. */
function fallen(cells: readonly number[], column: number, { rows, columns }: Board): number {
  let row = rows - 1;
  while (cells[row * columns + column] !== 0) row--;
  return row * columns + column;
}

/** The score once a piece lies in a cell, where that ends the game: only a row through it can be new. */
function scoreAfter(cells: readonly number[], cell: number, board: Board): number | undefined {
  const piece = cells[cell]!;
  for (const [down, right] of directions) {
    const length = 1 + run(cells, cell, down, right, board) + run(cells, cell, -down, -right, board);
    if (length >= board.inARow) return piece === 1 ? 1 : 0;
  }
  return cells.includes(0) ? undefined : 0.5;
}

/** Pieces of the same player beside a cell, in one direction. */
function run(
  cells: readonly number[],
  cell: number,
  down: number,
  right: number,
  { rows, columns }: Board,
): number {
  const piece = cells[cell];
  let [row, column, length] = [Math.floor(cell / columns) + down, (cell % columns) + right, 0];
  while (
    row >= 0 &&
    row < rows &&
    column >= 0 &&
    column < columns &&
    cells[row * columns + column] === piece
  ) {
    length++;
    row += down;
    column += right;
  }
  return length;
}
