/** A page for a student: what each answer earned, why, and what the person who read it says. */
import { escapeHtml } from '../../core/html.js';
import type { TestResult } from './grade.js';
import { allResults, type Graded, notes, number, total } from './results.js';

const style = `
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .3rem; }
pre { overflow-x: auto; padding: .7rem; border: 1px solid #8886; border-radius: 4px; font-size: .85rem; }
.earned { font-weight: 600; }
`;

/** How a status reads. */
const words: { readonly [status in TestResult['status']]: string } = {
  passed: 'right',
  partly: 'right in part',
  failed: 'not right yet',
  'not written yet': 'not written yet',
  missing: 'the cell is missing',
  ended: 'it did not come to its end',
  waiting: 'waits for a person',
};

/**
 * Makes the page, whole in itself. Nothing of a hidden test is on it but what the report says, and nothing that a
 * submission holds runs on it.
 */
export function feedbackPage(graded: Graded): string {
  const { name, report, student } = graded;
  const { points, maxPoints } = total(graded);
  const title = `${student?.name ?? name}: ${number(points)} of ${number(maxPoints)} points`;
  const said = [...(report.problem ? [report.problem] : []), ...notes(graded)];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
<h1>${escapeHtml(title)}</h1>
${said.map(paragraph).join('\n')}
${allResults(report).map(section).join('\n')}
</html>
`;
}

const paragraph = (text: string): string => `<p>${escapeHtml(text)}</p>`;

function section({ gradeId, points, maxPoints, status, message, hint, output, answers }: TestResult): string {
  const lines = [
    `<h2>${escapeHtml(gradeId)}</h2>`,
    `<p><span class="earned">${number(points)} of ${number(maxPoints)}</span>, ${words[status]}</p>`,
    ...(message ? [paragraph(message)] : []),
    ...(hint && status !== 'passed' ? [paragraph(`Hint: ${hint}`)] : []),
    ...answers.map((answer) => `<pre tabindex="0">${escapeHtml(answer)}</pre>`),
    ...(output ? [paragraph('It printed:'), `<pre tabindex="0">${escapeHtml(output)}</pre>`] : []),
  ];
  return `<section>\n${lines.join('\n')}\n</section>`;
}
