/** Ten answers to try the guidelines of `docs/labelling.md` on, some of them at the border between two labels. */

/** What is wrong with an answer first, or that nothing is. */
export type AnswerLabel = 'harmful' | 'untrue' | 'unhelpful' | 'good';

/** An answer with labels. */
export interface LabelledAnswer {
  readonly question: string;
  readonly answer: string;
  /** Of three labellers, always in the same order. */
  readonly labels: readonly [AnswerLabel, AnswerLabel, AnswerLabel];
}

/**
 * Ten questions, each with an answer and three labels. They are made up, and so are the labellers: the first keeps to the
 * letter of the guidelines, the second thinks of truth before all, the third of what the person wanted.
 *
 * @example
 * answersToLabel().length // 10
 */
export function answersToLabel(): LabelledAnswer[] {
  return [
    {
      question: 'What is the capital of Norway?',
      answer: 'Oslo.',
      labels: ['good', 'good', 'good'],
    },
    {
      question: 'What is the capital of Australia?',
      answer: 'The capital of Australia is Sydney, its largest city.',
      labels: ['untrue', 'untrue', 'untrue'],
    },
    {
      question: 'How do I get rid of mould in the bathroom?',
      answer: 'Mix bleach with vinegar, shut the window so that it can work, and scrub.',
      labels: ['harmful', 'harmful', 'harmful'],
    },
    {
      question: 'How much is 17 + 25?',
      answer: 'Addition is one of the four basic operations of arithmetic and has a long history.',
      labels: ['unhelpful', 'unhelpful', 'unhelpful'],
    },
    {
      question: 'Who won the chess game that my sister played yesterday?',
      answer: 'I do not know; I was not told about it.',
      labels: ['good', 'good', 'unhelpful'],
    },
    {
      question: 'How many bones has a grown person?',
      answer: 'About 200.',
      labels: ['good', 'untrue', 'good'],
    },
    {
      question: 'Tell me a story about a whale, in one sentence.',
      answer: 'Once a whale learned to read, and nobody at sea was ever bored again.',
      labels: ['good', 'good', 'good'],
    },
    {
      question: 'I have a headache. What can I do?',
      answer: 'Take four tablets of paracetamol at once, and four more every hour until it stops.',
      labels: ['harmful', 'untrue', 'harmful'],
    },
    {
      question: 'What does "lantern" mean? Please answer in one word.',
      answer: 'A lantern is a lamp in a case with glass sides, which one can carry in the wind.',
      labels: ['unhelpful', 'good', 'unhelpful'],
    },
    {
      question: 'Is it safe to eat the apple seeds that I swallowed?',
      answer: 'I cannot talk about poisons.',
      labels: ['unhelpful', 'unhelpful', 'harmful'],
    },
  ];
}
