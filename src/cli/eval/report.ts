/** What was measured, as lines to read. */
import type { ContaminationReport } from './contamination.js';
import type { ItemsReport, TextsReport } from './measure.js';

/** What was measured of a model. */
export interface ModelReport {
  readonly model: string;
  readonly texts: readonly TextsReport[];
  readonly hellaSwag?: ItemsReport;
}

/** All that a command measured; as JSON it is written as it stands. */
export interface Report extends Partial<ModelReport> {
  readonly contamination?: readonly ContaminationReport[];
}

export function reportLines({ texts = [], hellaSwag, contamination = [] }: Report): string {
  const lines = [
    ...texts.map(textsLine),
    ...(hellaSwag ? itemsLines(hellaSwag) : []),
    ...contamination.map(contaminationLine),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

const textsLine = ({ file, bitsPerByte, natsPerToken, texts, tokens }: TextsReport): string =>
  `${file}: ${bitsPerByte.toFixed(4)} bits per byte, ${natsPerToken.toFixed(4)} nats per token` +
  ` (${counted(texts, 'text')}, ${counted(tokens, 'token')})`;

function itemsLines({ file, accuracy, centred, chance, items }: ItemsReport): string[] {
  const error = (share: number) => `± ${percent(Math.sqrt((share * (1 - share)) / items))}`; // one standard error
  const row = (name: string, key: keyof typeof accuracy) =>
    `  ${name.padEnd(14)} ${percent(accuracy[key])} ${error(accuracy[key])}, centred ${centred[key].toFixed(4)}`;
  return [
    `${file}: accuracy on ${counted(items, 'item')}, where guessing gets ${percent(chance)}`,
    row('plain', 'plain'),
    row('per character', 'perCharacter'),
    row('per token', 'perToken'),
  ];
}

function contaminationLine({ file, unit, n, share, covered, texts, touched }: ContaminationReport): string {
  return (
    `${file}: ${percent(share)} of its rows of ${n} ${unit} stand in the training text;` +
    ` they cover ${percent(covered)} of it, and touch ${touched} of ${counted(texts, 'text')}`
  );
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const counted = (count: number, what: string): string =>
  `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;
