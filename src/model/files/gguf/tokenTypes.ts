/** Types of tokens, as llama.cpp numbers them. */
export const tokenTypes = { normal: 1, unknown: 2, control: 3, ofUser: 4, unused: 5 } as const;
