/** The ways through one of OpenAssistant's trees, as its training code picks them. */
import type { Conversation, Message } from '../conversation.js';
import { ownField, type Row, textField } from './fields.js';

/** A message with the replies to it. */
export interface TreeMessage {
  readonly id: string;
  readonly row: Row;
  readonly replies: TreeMessage[];
  /** 1 for the first message. */
  readonly depth: number;
}

interface Step {
  readonly message: TreeMessage;
  readonly before: Step | undefined;
}

/**
 * Ways from the root to a last reply. Where the last message is a person's, the way ends before it, and only the first of
 * several such messages counts, as their ways would be the same.
 *
 * @param top Ranks of the assistant's replies have to be below it.
 */
export function* threadsOf(root: TreeMessage, top: number | undefined): Generator<Conversation> {
  const todo: Step[] = [{ message: root, before: undefined }];
  while (todo.length > 0) {
    const step = todo.pop()!;
    if (!isKept(step, top)) continue;
    const { replies } = step.message;
    for (const message of replies.toReversed()) todo.push({ message, before: step });
    if (replies.length > 0) continue;
    const isReply = roleOf(step.message) === 'assistant';
    const isFirst = step.before?.message.replies[0] === step.message;
    const last = isReply ? step : isFirst ? step.before : undefined;
    if (last?.before) yield conversationOf(root, last, last.before.message);
  }
}

function isKept({ message, before }: Step, top: number | undefined): boolean {
  if (ownField(message.row, 'deleted') === true || ownField(message.row, 'review_result') === false)
    return false;
  if (top === undefined || roleOf(message) !== 'assistant') return true;
  const rank = ownField(message.row, 'rank');
  return typeof rank === 'number' ? rank < top : (before?.message.replies.length ?? 0) <= 1;
}

function conversationOf(root: TreeMessage, last: Step, parent: TreeMessage): Conversation {
  const messages: Message[] = [];
  for (let step: Step | undefined = last; step; step = step.before)
    messages.push({ role: roleOf(step.message), content: textField(step.message.row, 'text') });
  const { id, row } = last.message;
  const [language, rank] = [ownField(root.row, 'lang'), ownField(row, 'rank')];
  const metadata = {
    tree: root.id,
    parent: parent.id,
    ...(typeof language === 'string' && { language }),
    ...(typeof rank === 'number' && { rank }),
  };
  return { id, messages: messages.reverse(), metadata };
}

const roleOf = ({ row }: TreeMessage): 'user' | 'assistant' =>
  row.role === 'assistant' ? 'assistant' : 'user';
