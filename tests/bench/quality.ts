/** The learned quality classifier: how fast it scores, and how well it does on documents held out, over five seeds. */
import { qualityScore, trainQuality } from '../../dist/data/quality/qualityClassifier.js';
import { qualityExamples, qualityRubric } from '../../dist/data/quality/qualityExamples.js';
import { heldOut, strangers } from '../data/quality/heldOut.js';
import { type Measurement, median } from './measurement.js';

export function measureQuality(): Measurement[] {
  const examples = qualityExamples();
  const megabytes = Buffer.byteLength(examples.map(({ text }) => text).join('')) / 1e6;
  const model = trainQuality(examples);
  const seconds = Array.from({ length: 5 }, () => {
    const start = process.cpuUsage();
    for (const { text } of examples) qualityScore(model, text);
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1e6;
  });
  const runs = [1, 2, 3, 4, 5].map((seed) => heldOut(examples, { seed }));
  const rows: Measurement[] = [
    { name: 'data: learned quality, scoring', value: megabytes / median(seconds), unit: 'MB/s' },
  ];
  for (const [what, of] of [
    ['right side of 3', 'accuracy'],
    ['area under the curve', 'auc'],
    ['calibration error', 'calibrationError'],
  ] as const) {
    const values = runs.map((run) => 100 * run[of]);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    rows.push({
      name: `data: learned quality, ${what}, five seeds`,
      value: median(values),
      unit: `% (${least.toFixed(1)} to ${most.toFixed(1)})`,
    });
  }
  const { withPages, without } = strangers(examples);
  for (const [what, value] of [
    ['other sites learned from', withPages],
    ['no real page learned from', without],
  ] as const)
    rows.push({
      name: `data: learned quality, articles over what stands beside them, ${what}`,
      value: 100 * value,
      unit: '%',
    });
  // Held-out documents are of sources that it knows. On a source that it does not know it can only guess.
  for (const source of Object.keys(qualityRubric)) {
    const without = trainQuality(examples.filter((example) => example.source !== source));
    const own = examples.filter((example) => example.source === source);
    const right = own.filter(({ text, score }) => qualityScore(without, text) >= 3 === score >= 3);
    rows.push({
      name: `data: learned quality, ${source} never seen`,
      value: (100 * right.length) / own.length,
      unit: '% right',
    });
  }
  return rows;
}
