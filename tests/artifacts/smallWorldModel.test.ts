import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type SmallWorldModel, smallWorldModel } from '../../src/artifacts/smallWorldModel.js';
import { selectBackend } from '../../src/backend/select.js';
import { packChats, packedBatch } from '../../src/chat/pack.js';
import { renderChat } from '../../src/chat/render.js';
import { createRandom } from '../../src/core/random.js';
import { evaluateLoss } from '../../src/evaluate/index.js';
import { createParams, disposeParams, namedParams } from '../../src/model/params.js';

before(() => selectBackend()); // plain JavaScript would take minutes
const home = mkdtempSync(join(tmpdir(), 'small-world-'));
after(() => rmSync(home, { recursive: true }));

const weights = ({ params }: SmallWorldModel) =>
  [...namedParams(params).values()].map((one) => one.dataSync());

describe('smallWorldModel()', () => {
  it('is made once for each seed, the same ever after, of another world for another seed', async () => {
    const [first, again] = [
      await smallWorldModel('smoke', 1, { home }),
      await smallWorldModel('smoke', 1, { home }),
    ];
    assert.deepEqual(weights(again), weights(first));
    assert.deepEqual(again.world.people, first.world.people);
    const other = await smallWorldModel('smoke', 2, { home });
    assert.notDeepEqual(other.world.people, first.world.people);
    for (const { params } of [first, again, other]) disposeParams(params);
  });

  it('has learned from its library: texts of its world surprise it less than any fresh model', async () => {
    const { params, world, tokenizer } = await smallWorldModel('smoke', 1, { home });
    const random = createRandom(5);
    const texts = Array.from({ length: 40 }, () => {
      const ids = tokenizer.encode(world.biography(world.passerBy(random), random));
      return { ids, mask: ids.map(() => 1 as const) };
    });
    const batch = packedBatch(packChats(texts, { length: params.config.blockSize - 1 }).rows);
    const fresh = [6, 7, 8, 9].map((seed) => createParams(params.config, createRandom(seed)));
    const [loss, ...others] = [params, ...fresh].map((model) => evaluateLoss(model, [batch]));
    assert.ok(loss! < Math.min(...others), `${loss} and ${others}`);
    for (const model of [params, ...fresh]) disposeParams(model);
  });

  it('can be asked in chats, with words to refuse, to say who one is, and to search', async () => {
    const { params, world, tokenizer, template } = await smallWorldModel('smoke', 1, { home });
    const person = world.people[0]!;
    const { prompt, answer } = world.question(person, 'city');
    for (const said of [answer, ' i do not know', ` i am${person.name}`]) {
      const { ids } = renderChat(
        [
          { role: 'system', content: ` you are${person.name}` },
          { role: 'user', content: `${prompt} who are you ?` },
          {
            role: 'assistant',
            content: [
              { type: 'call', tool: 'search', text: person.name },
              { type: 'result', text: `${prompt}${answer} .` },
              { type: 'text', text: said },
            ],
          },
        ],
        { template, tokenizer },
      );
      assert.ok(ids.length <= params.config.blockSize, `${ids.length} tokens`);
    }
    disposeParams(params);
  });
});
