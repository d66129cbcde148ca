import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../../src/core/index.js';
import { readCorpus } from '../../../src/data/index.js';
import { type TemplateChatKind, templateChats } from '../../../src/data/samples/index.js';

const chats = templateChats({ count: 3000 }, createRandom(5));
const of = (kind: TemplateChatKind) => chats.filter(({ metadata }) => metadata.kind === kind);
const answerOf = ({ messages }: (typeof chats)[number]) =>
  messages.find(({ role }) => role === 'assistant')!.content;

describe('templateChats()', () => {
  it('makes thousands of different conversations, the same from the same seed', () => {
    assert.equal(new Set(chats.map(({ messages }) => JSON.stringify(messages))).size, 3000);
    assert.equal(new Set(chats.map(({ id }) => id)).size, 3000);
    assert.deepEqual(templateChats({ count: 20 }, createRandom(5)), chats.slice(0, 20));
    assert.notDeepEqual(templateChats({ count: 20 }, createRandom(6)), chats.slice(0, 20));
  });

  it('lets turns alternate from the person to the assistant, behind at most one system message', () => {
    for (const { messages } of chats) {
      const turns = messages.map(({ role }) => role).filter((role, nth) => role !== 'system' || nth > 0);
      assert.ok(turns.length === 2 || turns.length === 4);
      for (const [nth, role] of turns.entries()) assert.equal(role, nth % 2 === 0 ? 'user' : 'assistant');
    }
  });

  it('answers with what arithmetic, the Factbook and WordNet say', () => {
    for (const { metadata } of of('sum')) {
      const [one, other] = String(metadata.subject).split(' + ').map(Number);
      assert.equal(Number(metadata.answer), one! + other!);
    }
    const capitals = new Map(of('capital').map(({ metadata }) => [metadata.subject, metadata.answer]));
    assert.equal(capitals.get('France'), 'Paris');
    assert.equal(capitals.get('Norway'), 'Oslo');
    const glosses = new Set(
      readCorpus('wordnet').map(({ text }) => text.replace(/^.*?\): /, '').split(';')[0]),
    );
    for (const { metadata } of of('meaning')) {
      const answer = String(metadata.answer);
      assert.ok(glosses.has(answer[0]!.toLowerCase() + answer.slice(1)), answer);
    }
  });

  it('follows the system message in the manner of the answer and in the name', () => {
    for (const chat of chats) {
      const { persona, kind, answer } = chat.metadata;
      const system = chat.messages[0]!.role === 'system' ? chat.messages[0]!.content : '';
      assert.equal(persona === 'plain', system === '');
      if (persona === 'brief') assert.equal(answerOf(chat), `${answer}.`);
      if (persona === 'polite') assert.match(answerOf(chat), /^Gladly! /);
      if (kind === 'self') assert.equal(answer, /^You are (\w+)\.$/.exec(system)?.[1] ?? 'Pip');
    }
    assert.deepEqual(new Set(chats.map(({ metadata }) => metadata.persona)).size, 4);
  });

  it('draws the kinds that are asked for, and says so where they give too few', () => {
    const sums = templateChats({ count: 50, kinds: ['sum'] }, createRandom(1));
    assert.ok(sums.every(({ metadata }) => metadata.kind === 'sum'));
    assert.throws(() => templateChats({ count: 20_000, kinds: ['self'] }, createRandom(1)), {
      name: 'RangeError',
      message: /expected 20000 different ones, got \d+ of self/,
    });
    assert.throws(() => templateChats({ count: 1, kinds: [] }, createRandom(1)), /expected a kind, got none/);
    for (const count of [-1, 1.5, Number.NaN, 20_001])
      assert.throws(() => templateChats({ count }, createRandom(1)), /expected 0 to 20000/);
  });
});
