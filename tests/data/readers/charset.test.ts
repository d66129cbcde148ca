import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decodeHtml } from '../../../src/data/readers/charset.js';

const utf8 = (text: string) => new TextEncoder().encode(text);

/** Letters of the Russian alphabet in their Western Windows's bytes, behind markup. */
const windows1251 = (markup: string, russian: string) =>
  Buffer.concat([utf8(markup), Uint8Array.from(russian, (letter) => letter.charCodeAt(0) - 0x430 + 0xe0)]);

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
  it('names a declaration without end in a few words', () => {
    const { warning } = decodeHtml(utf8('né'), `text/html; charset=${'x'.repeat(10_000)}`);
    assert.match(warning ?? '', /x{60}/);
    assert.ok(warning!.length < 200, `${warning!.length} characters`);
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
  it('takes the page at its word where the server says UTF-8 and is wrong', () => {
    const page = windows1251(
      '<meta http-equiv=Content-Type content="text/html; charset = windows-1251"><p>',
      'привет',
    );
    const { text, charset, warning } = decodeHtml(page, 'text/html; charset=utf-8');
    assert.ok(text.endsWith('<p>привет'));
    assert.equal(charset, 'windows-1251');
    assert.equal(warning, 'its bytes are not UTF-8, which it says; read as windows-1251');
    const server = decodeHtml(page, 'text/html; charset=koi8-u');
    assert.equal(server.charset, 'koi8-u', 'browsers believe a server before the page');
    const few = Buffer.concat([utf8('<meta charset=windows-1251>привет всем'), Uint8Array.of(0xff)]);
    assert.equal(decodeHtml(few, 'text/html; charset=utf-8').charset, 'utf-8');
  });
  it('finds an XML declaration, and a meta tag far down the head, but none in a comment or in the text', () => {
    const xml = Buffer.concat([
      utf8('<?xml version="1.0" encoding="iso-8859-2"?><p>'),
      Uint8Array.of(0xb3, 0xf3),
    ]);
    assert.ok(decodeHtml(xml, 'text/html').text.endsWith('<p>łó'));
    const late = windows1251(
      `<head><script>${'x'.repeat(9000)}</script><meta charset=windows-1251><p>`,
      'да',
    );
    assert.ok(decodeHtml(late, '').text.endsWith('<p>да'));
    const comment = windows1251('<head><!-- <meta charset=koi8-r> --><meta charset=windows-1251><p>', 'да');
    assert.ok(decodeHtml(comment, '').text.endsWith('<p>да'));
    const body = windows1251('<head></head><body><meta charset=koi8-r><p>', 'да');
    assert.equal(decodeHtml(body, '').charset, 'windows-1252');
  });
  it('guesses from the letters where nothing is said, markup left out', () => {
    const of = (words: string, first: number, from: number) =>
      Uint8Array.from(words, (letter) =>
        letter < '\u0400' ? letter.charCodeAt(0) : letter.charCodeAt(0) - first + from,
      );
    const russian = 'сегодня утром в городе говорили о новом парке на южном берегу реки';
    const markup = utf8(`<html><style>body { color: black }</style><ul><li>News<li>About</ul><p>`);
    const page = (bytes: Uint8Array) => decodeHtml(Buffer.concat([markup, bytes]), 'text/html');
    assert.deepEqual(page(of(russian, 0x430, 0xe0)), {
      text: `${Buffer.from(markup)}${russian}`,
      charset: 'windows-1251',
      warning: 'its bytes are not UTF-8; read as windows-1251',
    });
    // Encoded by Python: "the whale is a mammal of the sea" in Chinese, Japanese and Korean; news of a town in Polish.
    for (const [hex, charset, text] of [
      ['bea8d3e3cac7c9fabbeed4dabaa3d1f3d6d0b5c4b2b8c8e9b6afceef', 'gb18030', '鲸鱼是生活在海洋中的哺乳动物'],
      [
        '834e8357838982cd8a4382c98f5a82de9a4d93fb97de82c58141947882c58cc48b7a82f082b782e98142',
        'shift_jis',
        'クジラは海に住む哺乳類で、肺で呼吸をする。',
      ],
      [
        'b0edb7a1b4c220b9d9b4d9bfa120bbe7b4c220c6f7c0afb7f9c0ccb8e720c6f3b7ce20bcfbc0bb20bdaeb4d92e',
        'euc-kr',
        '고래는 바다에 사는 포유류이며 폐로 숨을 쉰다.',
      ],
      [
        '447a69b62072616e6f20772072617475737a75206f6d617769616e6f20706c616e206275646f7779206e6f7765676f207061726b75206e6120706fb375646e696f77796d2062727a65677520727a656b692e204d6965737a6b61f16379206d6f67b1207a67b361737a61e62075776167692070727a657a206361b379206d69657369b1632e',
        'iso-8859-2',
        'Dziś rano w ratuszu omawiano plan budowy nowego parku na południowym brzegu rzeki. Mieszkańcy mogą zgłaszać uwagi przez cały miesiąc.',
      ],
    ] as const) {
      const decoded = page(Buffer.from(hex, 'hex'));
      assert.equal(decoded.charset, charset);
      assert.ok(decoded.text.includes(text), decoded.text);
    }
  });
  it('takes a few letters for Western ones, since they say nothing', () => {
    assert.equal(decodeHtml(Buffer.from('Stra\xdfe in K\xf6ln', 'latin1'), '').text, 'Straße in Köln');
  });
  it('reads the quotes and dashes of windows-1252 as browsers do, whatever Latin-1 is called', () => {
    for (const label of ['windows-1252', 'iso-8859-1', 'ascii'])
      assert.equal(
        decodeHtml(Uint8Array.of(0x93, 0x80, 0x35, 0x94, 0x97, 0x81), `charset=${label}`).text,
        '“€5”—\x81',
      );
  });
  it('reads UTF-16 without a mark by its zeros, and nothing else as UTF-16, whatever is said', () => {
    const html = '<html><body><p>Hello wörld, 你好';
    const little = Buffer.from(html, 'utf16le');
    assert.deepEqual(decodeHtml(little, 'text/html'), { text: html, charset: 'utf-16le' });
    const big = Buffer.from(little).swap16();
    assert.deepEqual(decodeHtml(big, 'text/html; charset=utf-8'), { text: html, charset: 'utf-16be' });
    const plain = '<meta charset=utf-16><p>hello';
    assert.deepEqual(decodeHtml(utf8(plain), 'charset=utf-16le'), { text: plain, charset: 'utf-8' });
  });
  it('never throws, whatever the bytes', () => {
    for (let first = 0; first < 256; first++) {
      const bytes = Uint8Array.of(first, 0xc3, 0x28, 255 - first, 0);
      assert.equal(typeof decodeHtml(bytes, `charset=${String.fromCharCode(first)}`).text, 'string');
    }
  });
});
