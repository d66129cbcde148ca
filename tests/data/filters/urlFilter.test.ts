import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type UrlFilterOptions, urlFilter } from '../../../src/data/filters/urlFilter.js';

const judge = (url: string | undefined, options: UrlFilterOptions) => {
  const verdict = urlFilter(options).judge({ id: 'x', text: '', metadata: {}, ...(url ? { url } : {}) });
  return verdict.keep ? 'keep' : verdict.reason;
};

describe('urlFilter()', () => {
  it('blocks a registered domain with everything below it, two-part suffixes included', () => {
    const options = { domains: ['bad.co.uk'] };
    assert.equal(judge('https://www.deep.bad.co.uk/x', options), 'blocked domain');
    assert.equal(judge('https://good.co.uk/', options), 'keep');
    assert.equal(judge('https://notbad.co.uk/', options), 'keep');
  });
  it('blocks a host and nothing below it', () => {
    const options = { domains: ['ads.good.com'] };
    assert.equal(judge('https://ads.good.com/', options), 'blocked subdomain');
    assert.equal(judge('https://www.ads.good.com/', options), 'keep');
    assert.equal(judge('https://good.com/', options), 'keep');
  });
  it('blocks one address whatever its scheme and closing slash', () => {
    const options = { urls: ['good.com/bad-page'] };
    assert.equal(judge('http://good.com/bad-page/', options), 'blocked address');
    assert.equal(judge('https://good.com/bad-page/2', options), 'keep');
  });
  it('wants one banned word, as a whole word and as written', () => {
    const options = { bannedWords: ['casino'] };
    assert.equal(judge('https://a.com/best-casino_now', options), 'banned word in address');
    assert.equal(judge('https://a.com/casinos', options), 'keep');
    assert.equal(judge('https://a.com/Casino', options), 'keep');
  });
  it('wants two different soft-banned words', () => {
    const options = { softBannedWords: ['girls', 'free'] };
    assert.equal(judge('https://a.com/free/free', options), 'keep');
    assert.equal(judge('https://a.com/free-girls', options), 'banned words in address');
  });
  it('finds a banned piece across marks and in capitals', () => {
    assert.equal(judge('https://a.com/POK-er', { bannedSubwords: ['poker'] }), 'banned piece in address');
  });
  it('drops what is no address and passes a document that has none', () => {
    for (const url of ['http://', 'no address', '::::', 'http://[bad'])
      assert.equal(judge(url, {}), 'unreadable address', url);
    assert.equal(judge(undefined, { domains: ['a.com'] }), 'keep');
  });
});
