// fixtures/anonymous.json is what Python's re and ipaddress answer (fixtures/anonymous.py says how).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { createRandom } from '../../../src/core/random.js';
import { anonymization, anonymizer } from '../../../src/data/filters/anonymization.js';
import { isPublicAddress } from '../../../src/data/filters/publicAddress.js';

const fixture = JSON.parse(readFileSync(new URL('../fixtures/anonymous.json', import.meta.url), 'utf8')) as {
  readonly texts: readonly { readonly text: string; readonly masked: string; readonly first: string }[];
  readonly addresses: { readonly [address: string]: boolean };
};

describe('isPublicAddress()', () => {
  it("agrees with Python's ipaddress at both edges of every special range", () => {
    for (const [address, isGlobal] of Object.entries(fixture.addresses))
      assert.equal(isPublicAddress(address), isGlobal, address);
  });
  it('is false for what is no address', () => {
    for (const text of [
      '',
      '8.8.8',
      '8.8.8.8.8',
      '8.8.8.',
      '.8.8.8.8',
      '8.8.8.256',
      '08.8.8.8',
      '8.8.8.8 ',
      'a.b.c.d',
    ])
      assert.equal(isPublicAddress(text), false, text);
  });
});

describe('anonymizer()', () => {
  it("masks what Python masks by FineWeb's rules", () => {
    for (const { text, masked } of fixture.texts) assert.equal(anonymizer()(text), masked);
  });
  it("masks what Python masks by the rules of FineWeb's first release, which know no capitals", () => {
    assert.ok(fixture.texts.some(({ masked, first }) => masked !== first));
    for (const { text, first } of fixture.texts) assert.equal(anonymizer({ capitals: false })(text), first);
  });
  it('finds the addresses that the published expression finds, in any mixture of the letters it looks at', () => {
    const word = '[\\p{L}\\p{N}_]';
    const part = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
    const label = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?';
    const published = new RegExp(
      `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))${part}(?:\\.${part})*@(?:${label}\\.)+${label}`,
      'gu',
    );
    const random = createRandom(3);
    let found = 0;
    for (let round = 0; round < 20_000; round++) {
      const text = Array.from({ length: 18 }, () => [...'aaab1..@@-_!éA𝕏'][random.integer(15)]).join('');
      const expected = text.replace(published, 'email@example.com');
      assert.equal(anonymizer({ emails: ['email@example.com'] })(text), expected, text);
      if (expected !== text) found++;
    }
    assert.ok(found > 200, `only ${found} texts had an address`);
  });
  it('takes replacements in turn, from one text to the next', () => {
    const anonymize = anonymizer({ emails: ['1', '2', '3'] });
    assert.deepEqual(['a@b.c a@b.c', 'none', 'a@b.c a@b.c'].map(anonymize), ['1 2', 'none', '3 1']);
  });
  it("puts CS336's names in the place of addresses of all kinds and of telephone numbers", () => {
    const anonymize = anonymizer({ rules: 'cs336' });
    assert.equal(anonymize('John.Doe@Mail.COM or 192.0.2.146'), '|||EMAIL_ADDRESS||| or |||IP_ADDRESS|||');
    for (const number of [
      '2831823829',
      '(283)-182-3829',
      '(283) 182 3829',
      '283-182-3829',
      '+1 283.182.3829',
    ])
      assert.equal(anonymize(`Call ${number} now`), 'Call |||PHONE_NUMBER||| now', number);
    for (const text of ['28318238291234', '1851-03-14', '12345', '3.14159'])
      assert.equal(anonymize(text), text);
  });
  it('is done in no time with texts that are made to take long', () => {
    for (const text of [
      'a.'.repeat(200_000),
      'a'.repeat(400_000),
      'a@'.repeat(200_000),
      `${'1.'.repeat(200_000)}x`,
    ])
      assert.equal(anonymizer({ emails: ['x'], ips: ['1.1.1.1'] })(text).length > 0, true);
    assert.equal(anonymizer({ emails: ['x'] })(`${'a.'.repeat(100_000)}a@b.c`), 'x');
  });
  it('says what is wrong with options', () => {
    assert.throws(() => anonymizer({ emails: [] }), /Cannot anonymize: expected one e-mail address or more/);
    assert.throws(
      () => anonymizer({ rules: 'other' as 'cs336' }),
      /rules "other": expected fineweb or cs336/,
    );
  });
});

describe('anonymization()', () => {
  it('changes the text and nothing else, and hands on what has no address as it is', () => {
    const document = { id: 'a', text: 'To joe@sea.org', url: 'https://sea.org/', metadata: { year: 1851 } };
    assert.deepEqual(anonymization().judge(document), {
      keep: true,
      document: { ...document, text: 'To email@example.com' },
    });
    assert.deepEqual(anonymization().judge({ ...document, text: 'To nobody' }), { keep: true });
  });
});
