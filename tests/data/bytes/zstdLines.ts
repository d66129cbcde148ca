/** The content of `fixtures/lines.jsonl.zst`; `fixtures/lines.sh` packed it with the zstd program. */

/** Lines as people write them: much is repeated, at all distances. */
export function lines(): string {
  const words = 'the whale and a sea of ships that sail by night under stars é 🐳 far from home'.split(' ');
  const rows: string[] = [];
  let state = 1;
  for (let nth = 0; nth < 6000; nth++) {
    const text: string[] = [];
    for (let word = 0; word < 12; word++) {
      state = (state * 48271) % 2147483647;
      text.push(words[state % words.length]!);
    }
    rows.push(`${JSON.stringify({ id: nth, text: text.join(' ') })}\n`);
  }
  return rows.join('');
}
