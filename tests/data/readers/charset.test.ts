import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeHtml } from '../../../src/data/readers/charset.js';

const utf8 = (text: string) => new TextEncoder().encode(text);

describe('decodeHtml()', () => {
  it('believes a declaration that fits, in the header or in a meta tag', () => {
    assert.equal(decodeHtml(Uint8Array.of(0xe9), 'text/html; charset=ISO-8859-1').text, 'é');
    const meta = Buffer.concat([Buffer.from('<meta charset="shift_jis">'), Buffer.from([0x93, 0xfa])]);
    assert.deepEqual(decodeHtml(meta, 'text/html'), {
      text: '<meta charset="shift_jis">日',
      charset: 'shift_jis',
    });
  });
  it('believes the bytes where they are UTF-8 and the declaration says otherwise', () => {
    assert.deepEqual(decodeHtml(utf8('né'), 'text/html; charset=latin1'), {
      text: 'né',
      charset: 'utf-8',
      warning: 'it says latin1 but its bytes are UTF-8',
    });
  });
  it('reads a byte order mark before anything else and leaves it out', () => {
    assert.deepEqual(decodeHtml(Buffer.from('\uFEFFhi', 'utf16le'), 'text/html; charset=utf-8'), {
      text: 'hi',
      charset: 'utf-16le',
    });
  });
  it('keeps UTF-8 with a few broken bytes and counts them', () => {
    const bytes = Buffer.concat([utf8('日本語 café'), Uint8Array.of(0xff), utf8(' ünï')]);
    const { text, warning } = decodeHtml(bytes, '');
    assert.equal(text, '日本語 café\uFFFD ünï');
    assert.equal(warning, '1 of its characters are broken UTF-8');
  });
  it('never throws, whatever the bytes', () => {
    for (let first = 0; first < 256; first++) {
      const bytes = Uint8Array.of(first, 0xc3, 0x28, 255 - first, 0);
      assert.equal(typeof decodeHtml(bytes, `charset=${String.fromCharCode(first)}`).text, 'string');
    }
  });
});
