/** What texts about ships are made of: sixteen letters for call signs, sixteen ports. */

/** ` A` to ` P`. */
export const letters: readonly string[] = [...'ABCDEFGHIJKLMNOP'].map((letter) => ` ${letter}`);

/** ` Lima` and fifteen more. */
export const ports: readonly string[] =
  'Lima Oslo Porto Tunis Dakar Accra Perth Riga Kiel Hull Cork Bari Nice Aden Cebu Lagos'
    .split(' ')
    .map((port) => ` ${port}`);

/** For `symbolTokenizer`. */
export const shipSymbols: readonly string[] = [...letters, ...ports];
