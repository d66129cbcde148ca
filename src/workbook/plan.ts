/** The workbook as it is meant to be: all of its chapters, the unwritten ones included. */

/** A chapter of the workbook. */
export interface PlannedChapter {
  /** Number and name, as the notebook's file has them: `05-pretraining`. */
  readonly name: string;
  readonly title: string;
  /** What the reader sees, in one sentence. */
  readonly sentence: string;
  /** How long it takes at size `nano` on two CPU cores; left out of a chapter that is not written yet. */
  readonly minutes?: number;
  /** Words of the title of the figure that stands for it on the book's cover; default its last figure. */
  readonly figure?: string;
}

/** The title of the whole. */
export const bookTitle = 'From a web crawl to a reasoning model';

/** What the book's cover says: what this is, for whom, and how to begin. */
export const introduction = {
  what:
    'Notebooks in TypeScript that build a language model step by step, and the library that they are written with. ' +
    'Each asks you for a guess first, and then lets the code answer. ' +
    'Every figure came out of the code above it, and you can run that code again.',
  readers: [
    {
      who: 'A reader',
      what: 'who programs in TypeScript or JavaScript. School mathematics is enough.',
    },
    {
      who: 'A builder',
      what: 'who wants the parts: filters, tokenizers, models and training, in Node alone.',
    },
    { who: 'A teacher', what: 'who hands out exercises, and grades what comes back.' },
  ],
  commands: [
    { command: 'npm start -- 02', what: 'Installs, builds, and runs chapter 02' },
    { command: 'npm start -- 02 --exercises', what: 'Leaves it to work in, its solutions taken out' },
  ],
  note: 'The times are for size nano on two CPU cores.',
} as const;

/** Every chapter, in order; those with `minutes` are there. */
export const plan: readonly PlannedChapter[] = [
  {
    name: '01-web-data',
    title: 'From web pages to training text',
    sentence: 'A crawl goes through a funnel: what each stage drops, why, and whether that helps a model.',
    minutes: 1.3,
    figure: 'Which stage drops the most pages?',
  },
  {
    name: '02-tokenization',
    title: 'Tokenization',
    sentence: "Byte-pair encoding from nothing, beside GPT-2's 50,257 and GPT-4's 100,277 symbols.",
    minutes: 0.3,
    figure: 'What does a larger vocabulary buy?',
  },
  {
    name: '03-neural-network',
    title: 'Neural network',
    sentence: 'Forward pass, loss and back-propagation by hand, against automatic differentiation.',
    minutes: 0.2,
    figure: 'Who finds the bottom?',
  },
  {
    name: '04-transformer',
    title: 'Transformer',
    sentence: 'Attention built up and checked; GPT-2 and Llama 3 counted parameter by parameter.',
    minutes: 0.3,
    figure: 'Where does each head look?',
  },
  {
    name: '05-pretraining',
    title: 'Pretraining',
    sentence: 'A GPT learns four books, beats a table of pairs, and its bill stands beside that of GPT-2.',
    minutes: 2.5,
    figure: 'Does it beat the bigram model?',
  },
  {
    name: '06-base-model',
    title: 'Base model',
    sentence: 'A simulator of documents: what it knows by heart, and what it picks up from its context.',
    minutes: 2.1,
    figure: 'Where does the answer come from?',
  },
  {
    name: '07-supervised-finetuning',
    title: 'Supervised finetuning',
    sentence: 'Conversations as tokens, a mask over the loss, and an assistant out of a base model.',
    minutes: 2.1,
    figure: 'What does fine-tuning bring?',
  },
  {
    name: '08-hallucination',
    title: 'Hallucination',
    sentence: 'What the model does not know, how it learns to say so, and search as a tool.',
    minutes: 2.5,
    figure: 'Before and after',
  },
  {
    name: '09-tokens-to-think',
    title: 'Tokens to think',
    sentence: 'Accuracy against tokens spent; code instead of mental arithmetic; spelling and counting.',
    minutes: 3,
    figure: 'How much thinking is enough?',
  },
  {
    name: '10-reward-model',
    title: 'Reward model',
    sentence: 'Answers ranked in pairs by noisy judges: judging is easier than writing, measured.',
    minutes: 3,
    figure: 'What do more choices bring?',
  },
  {
    name: '11-rlhf',
    title: 'RLHF',
    sentence: 'PPO on a leash: the reward goes up, the truth goes down, and when to stop.',
    minutes: 3.2,
    figure: 'Do praise and truth go together?',
  },
  {
    name: '12-reinforcement-learning',
    title: 'Reinforcement learning',
    sentence: 'Keep the right answers and train on them, then GRPO: rewards, and answers that grow longer.',
    minutes: 3,
    figure: 'How long are the answers?',
  },
  {
    name: '13-self-play',
    title: 'Self-play',
    sentence: 'Imitation stops at the teacher; playing against itself a model goes past it, in Elo.',
    minutes: 3,
    figure: 'Does it pass the teacher?',
  },
  {
    name: '14-arena',
    title: 'Arena',
    sentence:
      'Models meet in battles: Elo, Bradley-Terry with intervals, style, and how a leaderboard is gamed.',
    minutes: 1.5,
    figure: 'Who can be told apart?',
  },
  {
    name: '15-what-is-next',
    title: 'What is next',
    sentence: 'Pictures and sound as tokens, an agent that corrects itself, learning while reading.',
    minutes: 2.4,
    figure: 'What does a larger budget bring?',
  },
];
