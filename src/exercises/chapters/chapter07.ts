/** The exercises of chapter 07: a chat in ChatML, the targets that count, rows of best fit, agreement beyond chance. */
import type { Random } from '../../core/random.js';
import { cohensKappa } from '../../evaluate/agreement.js';
import type { Exercise } from '../exercise.js';

interface Turn {
  readonly role: string;
  readonly content: string;
}

const turnText = ({ role, content }: Turn): string => `<|im_start|>${role}\n${content}<|im_end|>\n`;
const opening = '<|im_start|>assistant\n';
const turnsText = (messages: readonly Turn[]): string => messages.map(turnText).join('');

const user = (content: string): Turn => ({ role: 'user', content });
const assistant = (content: string): Turn => ({ role: 'assistant', content });
const system = (content: string): Turn => ({ role: 'system', content });

const chatMlText = {
  id: '07.1',
  name: 'chatMlText',
  answer: (messages, reply) => turnsText(messages) + (reply ? opening : ''),
  cases: [
    [[user('a')], false],
    [[user('a')], true],
    [[user(' a ')], false],
    [[user('a'), assistant('b')], false],
    [[user('a'), assistant('b')], true],
    [[system('a'), user('b')], true],
    [[user('a'), assistant('b'), user('c'), assistant('d')], false],
  ],
  random: (random, size) => {
    const text = () => random.pick(['Hi!', 'Who are you?', ' two words ', 'one\ntwo', '2 + 2', '']);
    const turns = Array.from({ length: size }, (_, nth) =>
      nth % 2 === 0 ? user(text()) : assistant(text()),
    );
    return [random.integer(2) === 0 ? turns : [system(text()), ...turns], random.integer(2) === 0];
  },
  mistakes: [
    {
      answer: (messages) => turnsText(messages),
      hint: 'With `reply` the text ends with the opening of an assistant’s turn, which the model then fills.',
    },
    {
      answer: (messages) => turnsText(messages) + opening,
      hint: 'The assistant’s turn is opened only if `reply` says so: a chat to learn from ends with its last turn.',
    },
    {
      answer: (messages, reply) => turnsText(messages) + (reply ? `${opening}<|im_end|>\n` : ''),
      hint: 'The turn that is opened for a reply stays open: the model itself has to end it.',
    },
    {
      answer: (messages, reply) =>
        turnsText(messages).replaceAll('<|im_end|>\n', '<|im_end|>') + (reply ? opening : ''),
      hint: 'A new line follows `<|im_end|>` too, after every turn.',
    },
    {
      answer: (messages, reply) =>
        messages.map((turn) => turnText(turn).replace(`${turn.role}\n`, `${turn.role}`)).join('') +
        (reply ? opening : ''),
      hint: 'A new line stands between the role and the message.',
    },
    {
      answer: (messages, reply) =>
        turnsText(messages.map(({ role, content }) => ({ role, content: content.trim() }))) +
        (reply ? opening : ''),
      hint: 'ChatML leaves a message as it is, white space at its ends included.',
    },
    {
      answer: (messages, reply) =>
        turnsText(messages.filter(({ role }) => role !== 'system')) + (reply ? opening : ''),
      hint: 'A system message is a turn like any other, with `system` as its role.',
    },
  ],
  hint: 'For each message: `<|im_start|>`, the role, a new line, the message, `<|im_end|>`, a new line.',
} satisfies Exercise<[messages: Turn[], reply: boolean]>;

interface Piece {
  readonly ids: number[];
  readonly isLearned: boolean;
}

interface Row {
  readonly inputs: number[];
  readonly targets: number[];
}

const flat = (pieces: readonly Piece[]): { readonly id: number; readonly isLearned: boolean }[] =>
  pieces.flatMap(({ ids, isLearned }) => ids.map((id) => ({ id, isLearned })));

/** Inputs, and targets where `counts` says so of a place and the one before it. */
function rowWith(
  pieces: readonly Piece[],
  counts: (here: boolean, before: boolean) => boolean,
  nothing = -1,
): Row {
  const tokens = flat(pieces);
  return {
    inputs: tokens.slice(0, -1).map(({ id }) => id),
    targets: tokens
      .slice(1)
      .map(({ id, isLearned }, nth) => (counts(isLearned, tokens[nth]!.isLearned) ? id : nothing)),
  };
}

const told = (...ids: number[]): Piece => ({ ids, isLearned: false });
const learned = (...ids: number[]): Piece => ({ ids, isLearned: true });

const chatTargets = {
  id: '07.2',
  name: 'chatTargets',
  answer: (pieces) => rowWith(pieces, (here) => here),
  cases: [
    [[told(1, 2), learned(3)]],
    [[told(1), learned(2, 3)]],
    [[told(1, 2, 3)]],
    [[learned(1, 2), learned(3)]],
    [[told(1), learned(2, 3), told(4)]],
    [[told(1, 2), learned(3, 4), told(5, 6), learned(7, 8)]],
  ],
  random: (random, size) => {
    const some = () => Array.from({ length: 1 + random.integer(4) }, () => 1 + random.integer(50));
    return [Array.from({ length: 1 + size }, (_, nth) => ({ ids: some(), isLearned: nth % 2 === 1 }))];
  },
  mistakes: [
    {
      answer: (pieces) => rowWith(pieces, () => true),
      hint: 'Every token counts here. Only those that the assistant is to learn may; elsewhere the target is -1.',
    },
    {
      answer: (pieces) => rowWith(pieces, (_, before) => before),
      hint: 'What decides is whether the target is learned, not the token that is read. The first token of an answer counts, and what follows its end does not.',
    },
    {
      answer: (pieces) => rowWith(pieces, (here, before) => here && before),
      hint: 'The first token of an answer is a target as well: that is where the model has to begin.',
    },
    {
      answer: (pieces) => {
        const tokens = flat(pieces).slice(0, -1);
        return {
          inputs: tokens.map(({ id }) => id),
          targets: tokens.map(({ id, isLearned }) => (isLearned ? id : -1)),
        };
      },
      hint: 'A token is its own target here, which is easy to learn and useless. The target of a place is the token that follows.',
    },
    {
      answer: (pieces) => rowWith(pieces, (here) => here, 0),
      hint: 'A place that does not count has the target -1; 0 is a token like any other.',
    },
    {
      answer: (pieces) => {
        const last = pieces.findLastIndex(({ isLearned }) => isLearned);
        return rowWith(
          pieces.map((piece, nth) => ({ ...piece, isLearned: nth === last })),
          (here) => here,
        );
      },
      hint: 'In a chat of several turns all of the assistant’s answers count, not the last alone.',
    },
  ],
  hint: 'Put all ids in a row. The inputs are all but the last, the targets all but the first, with -1 where the target is not learned.',
} satisfies Exercise<[pieces: Piece[]]>;

/** Chooses a row for a chat from the room that is left in each; -1 opens a new one. */
type Choice = (rooms: readonly number[], size: number) => number;

const bestRow: Choice = (rooms, size) => {
  const fits = rooms.filter((room) => room >= size);
  return fits.length === 0 ? -1 : rooms.indexOf(Math.min(...fits));
};

function packedWith(
  lengths: readonly number[],
  rowLength: number,
  {
    choose = bestRow,
    sort = (a: number, b: number) => b - a,
    fits = (size: number) => size <= rowLength,
  } = {},
): number[][] {
  const rows: number[][] = [];
  const rooms: number[] = [];
  for (const nth of [...lengths.keys()].sort((a, b) => sort(lengths[a]!, lengths[b]!) || a - b)) {
    const size = lengths[nth]!;
    if (!fits(size)) continue;
    let row = choose(rooms, size);
    if (row === -1) row = rows.push([]) - 1;
    rooms[row] ??= rowLength;
    rooms[row]! -= size;
    rows[row]!.push(nth);
  }
  return rows;
}

const packRows = {
  id: '07.3',
  name: 'packRows',
  answer: (lengths, rowLength) => packedWith(lengths, rowLength),
  cases: [
    [[2], 4],
    [[5], 4],
    [[4], 4],
    [[1, 3], 4],
    [[2, 2, 2], 4],
    [[6, 5, 4, 3], 10],
    [[7, 6, 3, 4], 10],
    [[6, 7, 3], 10],
    [[8, 9, 1], 10],
    [[9, 8, 1], 10],
    [[8, 7, 2], 10],
    [[], 4],
  ],
  random: (random, size) => [Array.from({ length: 2 * size }, () => 1 + random.integer(12)), 10],
  mistakes: [
    {
      answer: (lengths, rowLength) => packedWith(lengths, rowLength, { sort: () => 0 }),
      hint: 'The chats are taken in their own order here. The longest has to come first: small ones fill the gaps.',
    },
    {
      answer: (lengths, rowLength) =>
        packedWith(lengths, rowLength, { choose: (rooms, size) => rooms.findIndex((room) => room >= size) }),
      hint: 'This takes the first row with room enough. Best fit takes the one in which the least room stays.',
    },
    {
      answer: (lengths, rowLength) =>
        packedWith(lengths, rowLength, {
          choose: (rooms, size) => {
            const most = Math.max(...rooms);
            return most >= size ? rooms.indexOf(most) : -1;
          },
        }),
      hint: 'This takes the emptiest row. Best fit takes the one in which the least room stays.',
    },
    {
      answer: (lengths, rowLength) =>
        packedWith(lengths, rowLength, {
          choose: (rooms, size) => (rooms.at(-1)! >= size ? rooms.length - 1 : -1),
        }),
      hint: 'Only the last row is looked at. Earlier rows may have room as well.',
    },
    {
      answer: (lengths, rowLength) => packedWith(lengths, rowLength, { fits: () => true }),
      hint: 'A chat that is longer than a row cannot lie in one: leave it out.',
    },
    {
      answer: (lengths, rowLength) =>
        packedWith(lengths, rowLength, {
          choose: (rooms, size) =>
            bestRow(
              rooms.map((room) => (room > size ? room : -1)),
              size,
            ),
        }),
      hint: 'A chat may fill its row to the last token.',
    },
    {
      answer: (lengths, rowLength) => packedWith(lengths, rowLength, { fits: (size) => size < rowLength }),
      hint: 'A chat that is just as long as a row fits.',
    },
  ],
  hint: 'Sort the numbers of the chats by length, the longest first. For each, look for the row with the least room that is still enough.',
} satisfies Exercise<[lengths: number[], rowLength: number]>;

const shareOf = <T>(items: readonly T[], test: (item: T, nth: number) => boolean): number =>
  items.filter(test).length / items.length;

const labelsOf = (random: Random, count: number): string[] =>
  Array.from({ length: count }, () => random.pick(['good', 'bad', 'odd']));

const kappa = {
  id: '07.4',
  name: 'kappa',
  answer: (one, other) => cohensKappa(one, other),
  cases: [
    [
      ['a', 'b'],
      ['a', 'b'],
    ],
    [
      ['a', 'b'],
      ['b', 'a'],
    ],
    [
      ['a', 'a', 'b', 'b'],
      ['a', 'b', 'b', 'b'],
    ],
    [
      ['a', 'a', 'a', 'b'],
      ['a', 'a', 'b', 'a'],
    ],
    [
      ['a', 'b', 'c'],
      ['a', 'b', 'b'],
    ],
    [
      ['a', 'a', 'a', 'b', 'c'],
      ['a', 'a', 'b', 'b', 'a'],
    ],
  ],
  random: (random, size) => [
    ['good', 'bad', ...labelsOf(random, size)],
    ['good', 'bad', ...labelsOf(random, size)],
  ],
  tolerance: 1e-9,
  mistakes: [
    {
      answer: (one, other) => shareOf(one, (label, nth) => label === other[nth]),
      hint: 'This is how often they agree. Chance would make them agree now and then as well: take that away.',
    },
    {
      answer: (one, other) => {
        const agreed = shareOf(one, (label, nth) => label === other[nth]);
        return agreed - chanceOf(one, other);
      },
      hint: 'Divide by what could be had beyond chance, `1 - chance`, so that perfect agreement is 1.',
    },
    {
      answer: (one, other) => {
        const kinds = new Set([...one, ...other]).size;
        return beyond(
          shareOf(one, (label, nth) => label === other[nth]),
          1 / kinds,
        );
      },
      hint: 'Chance is not the same for each label: one that both give often is agreed on often by chance.',
    },
    {
      answer: (one, other) => {
        const all = [...one, ...other];
        return beyond(
          shareOf(one, (label, nth) => label === other[nth]),
          chanceOf(all, all),
        );
      },
      hint: 'The shares of both together are taken here. Each labeller has shares of their own; multiply one’s by the other’s.',
    },
    {
      answer: (one, other) =>
        beyond(
          shareOf(one, (label, nth) => label === other[nth]),
          chanceOf(one, one),
        ),
      hint: 'One labeller’s shares are squared here. Multiply the one’s share of a label by the other’s.',
    },
  ],
  hint: 'Agreement less chance, divided by 1 less chance, where chance is the sum over labels of one’s share times the other’s.',
} satisfies Exercise<[one: string[], other: string[]]>;

const chanceOf = (one: readonly string[], other: readonly string[]): number =>
  [...new Set(one)].reduce(
    (sum, label) => sum + shareOf(one, (each) => each === label) * shareOf(other, (each) => each === label),
    0,
  );

const beyond = (agreed: number, chance: number): number => (agreed - chance) / (1 - chance);

export const chapter07: readonly Exercise[] = [chatMlText, chatTargets, packRows, kappa];
