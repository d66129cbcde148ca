import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRandom } from '../../src/core/random.js';
import { type Attribute, type SmallWorldOptions, smallWorld } from '../../src/tasks/smallWorld.js';
import { symbolTokenizer } from '../../src/tokenizer/symbolTokenizer.js';

const groups = [
  [40, 30],
  [50, 1],
  [60, 0],
] as const;
const options = (seed = 1): SmallWorldOptions => ({ random: createRandom(seed), groups });
const attributes: readonly Attribute[] = ['city', 'job', 'year'];

describe('smallWorld()', () => {
  it('has people of different names, so many with so many mentions', () => {
    const { people } = smallWorld(options());
    assert.equal(new Set(people.map(({ name }) => name)).size, 150);
    for (const [count, mentions] of groups)
      assert.equal(people.filter((person) => person.mentions === mentions).length, count);
  });

  it('tells every fact of a person, and no other, in each text', () => {
    const { people, biography, symbols } = smallWorld(options());
    const tokenizer = symbolTokenizer(symbols);
    const random = createRandom(2);
    const told = new Set<string>();
    for (const person of people.slice(0, 40)) {
      const text = biography(person, random);
      assert.equal(tokenizer.decode(tokenizer.encode(text)), text, 'its words are the world’s symbols');
      assert.equal(text.split(person.name).length, 4, 'the name three times');
      for (const attribute of attributes) assert.ok(text.includes(`${person.facts[attribute]} .`));
      for (const sentence of text.split(' .')) told.add(sentence.replace(person.name, ' #'));
    }
    assert.ok(told.size > 60, 'in many words');
  });

  it('asks for each fact by a question that names it nowhere', () => {
    const { people, questions, question } = smallWorld(options());
    for (const person of people) {
      const all = questions(person);
      assert.deepEqual(
        all.map(({ answer }) => answer),
        attributes.map((attribute) => person.facts[attribute]),
      );
      assert.equal(new Set(all.map(({ prompt }) => prompt)).size, 3);
      for (const { prompt, answer } of all)
        assert.ok(prompt.includes(person.name) && !prompt.includes(answer), prompt);
      assert.deepEqual(question(person, 'job'), all[1]);
    }
  });

  it('makes up passers-by whom nobody of the world is called, from the same first and last names', () => {
    const { people, passerBy } = smallWorld(options());
    const names = new Set(people.map(({ name }) => name));
    const random = createRandom(3);
    const words = new Set([...names].flatMap((name) => name.slice(1).split(' ')));
    let known = 0;
    for (let nth = 0; nth < 500; nth++) {
      const { name } = passerBy(random);
      assert.ok(!names.has(name));
      known += name
        .slice(1)
        .split(' ')
        .filter((word) => words.has(word)).length;
    }
    assert.ok(known > 850, 'nearly every word of their names is somebody’s');
  });

  it('has facts that nothing but the person tells: all values of one are equally likely', () => {
    const { people } = smallWorld({ random: createRandom(4), groups: [[2400, 1]] });
    for (const attribute of attributes) {
      const counts = new Map<string, number>();
      for (const { facts } of people) counts.set(facts[attribute], (counts.get(facts[attribute]) ?? 0) + 1);
      assert.equal(counts.size, 24);
      const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0);
      assert.ok(chiSquare < 49.7, `${attribute}: ${chiSquare}`); // 0.999 of chi-square with 23 degrees
    }
  });

  it('is the same for the same seed, another for another, and refuses more people than names', () => {
    assert.deepEqual(smallWorld(options(7)).people, smallWorld(options(7)).people);
    assert.notDeepEqual(smallWorld(options(7)).people, smallWorld(options(8)).people);
    const world = (people: number) => () => smallWorld({ random: createRandom(1), groups: [[people, 1]] });
    assert.throws(world(3600), /expected fewer than there are names, 3600/);
    assert.throws(world(-1), /whole numbers of 0 or more, got -1/);
    assert.throws(world(1.5), /whole numbers of 0 or more, got 1.5/);
  });
});
