import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { createRandom } from '../../src/core/random.js';
import { arenaRatings } from '../../src/evaluate/arena/ratings.js';
import { readAnswers, writeAnswers } from '../../src/serve/arena/answersFile.js';
import { type ArenaServer, startArena, votesPath } from '../../src/serve/arena/arenaServer.js';
import { openVotes, readVotes } from '../../src/serve/arena/votes.js';
import { startBrowser } from '../workbook/book/browser.js';
import { looksRight, opened } from './pageInChromium.js';

const folder = mkdtempSync(join(tmpdir(), 'arena-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const freshPath = (): string => join(folder, `${++files}.jsonl`);

/** Three models; each answer says whose it is, so that a mixed-up one is seen. */
const models = ['plain', 'long <b>', 'odd'];
function answersFile(): string {
  const path = freshPath();
  const prompts = Array.from({ length: 5 }, (_, nth) => `prompt ${nth}`);
  writeAnswers(
    path,
    prompts.map((prompt) => ({
      prompt,
      answers: Object.fromEntries(models.map((name) => [name, `${name} says <i>${prompt}</i>`])),
    })),
  );
  return path;
}

interface ShownBallot {
  readonly id: string;
  readonly prompt: string;
  readonly one: string;
  readonly other: string;
}

async function post<T>(url: string, body: unknown): Promise<{ readonly status: number; readonly body: T }> {
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as T };
}

describe('answers as a file', () => {
  it('are read as they were written, and anything else is refused with its line', () => {
    const path = answersFile();
    assert.equal(readAnswers(path).length, 5);
    assert.equal(readAnswers(path)[2]!.answers.odd, 'odd says <i>prompt 2</i>');
    const refused = (text: string, message: RegExp) => {
      writeFileSync(path, text);
      assert.throws(() => readAnswers(path), message);
    };
    refused('', /expected answers of two models or more, got 0/);
    refused('{"prompt": "a", "answers": {"x": "1"}}', /two models or more, got 1/);
    refused('{"prompt": "a", "answers": {"x": "1", "y": "2"}}\n\nno', /line 3: it is not JSON/);
    refused('{"prompt": "a", "answers": {"x": "1", "y": 2}}', /line 1: expected a prompt and answers/);
    refused('null', /line 1: expected a prompt and answers/);
    const two =
      '{"prompt": "a", "answers": {"x": "1", "y": "2"}}\n{"prompt": "b", "answers": {"x": "1", "z": "2"}}';
    refused(two, /line 2: expected answers of x, y, got x, z/);
    assert.throws(() => readAnswers(join(folder, 'none')), /Cannot read .*none/);
  });
});

describe('votes', () => {
  it('are kept in order; the first vote on a ballot stands, and a ballot without one is no battle', () => {
    const path = `${freshPath()}.sqlite`;
    const votes = openVotes(path);
    const [a, b, c] = ['p', 'q', 'r'].map((prompt) => votes.handOut({ prompt, one: 'x', other: 'y' }));
    assert.equal(votes.vote(b!.id, 'tie')!.isNew, true);
    assert.equal(votes.vote(a!.id, 'both bad')!.isNew, true);
    const again = votes.vote(b!.id, 'one')!;
    assert.deepEqual([again.isNew, again.ballot.winner], [false, 'tie']);
    assert.equal(votes.vote('no such ballot', 'one'), undefined);
    const expected = [
      { one: 'x', other: 'y', winner: 'tie', prompt: 'q' },
      { one: 'x', other: 'y', winner: 'both bad', prompt: 'p' },
    ];
    assert.deepEqual(votes.battles(), expected);
    assert.deepEqual(readVotes(path), expected);
    votes.close();
    const later = openVotes(path);
    assert.equal(later.vote(c!.id, 'other')!.isNew, true);
    assert.equal(later.battles().length, 3);
    later.close();
  });

  it('belong to one process at a time, and a dead one’s locks do not stay', () => {
    const path = `${freshPath()}.sqlite`;
    const votes = openVotes(path);
    assert.throws(() => openVotes(path), new RegExp(`process ${process.pid} has them open`));
    votes.close();
    writeFileSync(`${path}.owner`, '999999999');
    mkdirSync(`${path}.lock`);
    openVotes(path).close();
    assert.ok(!existsSync(`${path}.owner`));
    writeFileSync(path, 'this is no database, and long enough to be looked at'.repeat(20));
    assert.throws(() => openVotes(path), /Cannot open the votes in .*not a database/);
    assert.throws(() => readVotes(join(folder, 'none.sqlite')), /Cannot open the votes in/);
  });

  it('a process that is killed at any moment loses no vote that it has confirmed', {
    timeout: 60_000,
  }, async () => {
    const path = `${freshPath()}.sqlite`;
    const module = new URL('../../src/serve/arena/votes.ts', import.meta.url).href;
    const script = `
      const { openVotes } = await import(${JSON.stringify(module)});
      const votes = openVotes(${JSON.stringify(path)});
      for (let nth = 0; ; nth++) {
        const { id } = votes.handOut({ prompt: String(nth), one: 'x', other: 'y' });
        votes.vote(id, 'one');
        process.stdout.write(nth + '\\n');
        await new Promise(setImmediate);
      }`;
    let confirmed = 0;
    for (const enough of [3, 8, 13]) {
      const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
        cwd: fileURLToPath(new URL('../..', import.meta.url)),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(child, 'exit');
      let lines = 0;
      for await (const chunk of child.stdout) {
        lines += String(chunk).match(/\n/g)!.length;
        if (lines >= enough) child.kill('SIGKILL');
      }
      await ended;
      confirmed += lines;
      const votes = openVotes(path);
      const kept = votes.battles().length;
      votes.close();
      assert.ok(kept >= confirmed, `${kept} of ${confirmed}`);
      confirmed = kept; // one more may have been written than was confirmed
    }
  });
});

describe('the arena over HTTP', () => {
  let path: string;
  let server: ArenaServer;
  beforeEach(async () => {
    path = answersFile();
    server = await startArena(path, { port: 0, random: createRandom(7) });
  });
  const closed = async () => {
    await server.close();
    return readVotes(votesPath(path));
  };

  it('hides the names before the vote and says them after it; two tabs do not mix up', async () => {
    const tabs = await Promise.all(
      [1, 2].map(async () => (await post<ShownBallot>(`${server.url}/ballots`, {})).body),
    );
    for (const ballot of tabs) assert.deepEqual(Object.keys(ballot), ['id', 'prompt', 'one', 'other']);
    const votes = [...tabs.entries()].toReversed(); // the later tab votes first
    for (const [nth, { id, prompt, one, other }] of votes) {
      const winner = nth === 0 ? 'one' : 'both bad';
      const { body } = await post<{ one: string; other: string }>(`${server.url}/votes`, { id, winner });
      assert.deepEqual(
        [one, other],
        [body.one, body.other].map((name) => `${name} says <i>${prompt}</i>`),
      );
      assert.deepEqual({ ...body }, { one: body.one, other: body.other, winner, isNew: true });
    }
    const battles = await closed();
    assert.deepEqual(
      battles.map(({ winner }) => winner),
      ['both bad', 'one'],
    );
    assert.deepEqual(
      battles.map(({ prompt }) => prompt),
      [tabs[1]!.prompt, tabs[0]!.prompt],
    );
  });

  it('a vote that is sent many times counts once, and the first one stands', async () => {
    const { id } = (await post<ShownBallot>(`${server.url}/ballots`, {})).body;
    const sent = await Promise.all(
      (['tie', 'one', 'tie', 'other'] as const).map((winner) =>
        post<{ winner: string; isNew: boolean }>(`${server.url}/votes`, { id, winner }),
      ),
    );
    assert.equal(sent.filter(({ body }) => body.isNew).length, 1);
    const [stands] = sent.filter(({ body }) => body.isNew);
    for (const { status, body } of sent) assert.deepEqual([status, body.winner], [200, stands!.body.winner]);
    assert.equal((await closed()).length, 1);
  });

  it('the ratings are those of the votes', async () => {
    assert.deepEqual(await (await fetch(`${server.url}/ratings`)).json(), { votes: 0, rows: [] });
    for (let nth = 0; nth < 30; nth++) {
      const { id, one } = (await post<ShownBallot>(`${server.url}/ballots`, {})).body;
      await post(`${server.url}/votes`, { id, winner: one.startsWith('odd') ? 'one' : 'tie' });
    }
    const { votes, rows } = (await (await fetch(`${server.url}/ratings`)).json()) as {
      votes: number;
      rows: unknown;
    };
    const battles = await closed();
    assert.equal(votes, 30);
    assert.deepEqual(rows, arenaRatings(battles, { priorDraws: 1, random: createRandom(1) }));
  });

  it('ballots show each two models, either first, on all prompts', async () => {
    const seen = new Set<string>();
    for (let nth = 0; nth < 200; nth++) {
      const { one, other, prompt } = (await post<ShownBallot>(`${server.url}/ballots`, {})).body;
      seen.add(`${one.split(' says')[0]} ${other.split(' says')[0]}`).add(prompt);
    }
    assert.equal(seen.size, 6 + 5);
    await closed();
  });

  it('refuses other hosts, other pages, other methods and anything that is no vote', async () => {
    const statusFrom = (headers: Record<string, string>, body: string) =>
      new Promise<number>((resolve, reject) => {
        const asked = request(`${server.url}/votes`, { method: 'POST', headers }, (response) => {
          response.resume();
          resolve(response.statusCode!);
        });
        asked.on('error', reject).end(body);
      });
    const json = { 'Content-Type': 'application/json' };
    const vote = JSON.stringify({ id: 'x', winner: 'one' });
    assert.equal(await statusFrom({ ...json, Host: 'evil.example' }, vote), 403);
    assert.equal(await statusFrom({ 'Content-Type': 'text/plain' }, vote), 415);
    assert.equal(await statusFrom(json, 'no JSON'), 400);
    assert.equal(await statusFrom(json, 'null'), 400);
    assert.equal(await statusFrom(json, JSON.stringify({ id: 'x', winner: 'me' })), 400);
    assert.equal(await statusFrom(json, JSON.stringify({ id: 3, winner: 'one' })), 400);
    assert.equal(await statusFrom(json, vote), 404);
    assert.equal(await statusFrom(json, JSON.stringify({ id: 'x'.repeat(20_000), winner: 'one' })), 413);
    assert.equal((await fetch(`${server.url}/votes`)).status, 404);
    await assert.rejects(startArena(path, { port: 0 }), /has them open/);
    assert.deepEqual(await closed(), []);
  });
});

const browser = await startBrowser();
if (browser)
  describe('the voting page', () => {
    let server: ArenaServer;
    let path: string;
    before(async () => {
      path = answersFile();
      server = await startArena(path, { port: 0, random: createRandom(3) });
    });
    after(async () => {
      await browser.close();
      await server.close();
    });

    const onPage = (scheme: 'dark' | 'light', test: (page: Page) => Promise<void>) =>
      opened(browser, { url: server.url, isDark: scheme === 'dark' }, async (page) => {
        await page.waitForSelector('[data-winner]:enabled');
        await test(page);
      });

    for (const scheme of ['light', 'dark'] as const)
      it(`votes by button and by key, shows whose answers they were, and axe-core finds nothing: ${scheme}`, () =>
        onPage(scheme, async (page) => {
          const before = readVotes(votesPath(path)).length;
          const text = (await page.textContent('#one'))!;
          assert.match(text, /says <i>prompt \d<\/i>$/); // as text, not as markup
          assert.equal(await page.textContent('#nameOne'), 'Answer A');
          await looksRight(page);
          await page.click('[data-winner="other"]');
          await page.waitForSelector('#next:visible');
          assert.equal(await page.textContent('#nameOne'), `Answer A: ${text.split(' says')[0]}`);
          assert.equal(await page.textContent('#said'), 'Your vote: B is better.');
          await looksRight(page);
          await page.keyboard.press('1'); // it is voted already
          await page.keyboard.press('5');
          await page.waitForSelector('[data-winner]:enabled');
          assert.equal(await page.textContent('#nameOne'), 'Answer A');
          await page.keyboard.press('4');
          await page.waitForSelector('#next:visible');
          assert.equal(await page.textContent('#said'), 'Your vote: both bad.');
          const votes = readVotes(votesPath(path)).slice(before);
          assert.deepEqual(
            votes.map(({ winner }) => winner),
            ['other', 'both bad'],
          );
          await page.click('#toBoard');
          await page.waitForSelector('#rows tr');
          assert.ok((await page.locator('#rows tr').count()) >= 2);
          await looksRight(page);
        }));

    it('a vote that fails is said, and can be cast again', () =>
      onPage('light', async (page) => {
        await page.route('**/votes', (route) =>
          route.fulfill({ contentType: 'application/json', body: '[' }),
        );
        await page.keyboard.press('3');
        await page.waitForFunction("document.getElementById('problem').textContent !== ''");
        await page.unroute('**/votes');
        await page.keyboard.press('3');
        await page.waitForSelector('#next:visible');
        assert.equal(await page.textContent('#said'), 'Your vote: a tie.');
        assert.equal(await page.textContent('#problem'), '');
      }));
  });
