/** Measures SVG elements the way a browser would, for Plotly's layout: jsdom draws nothing and so knows no sizes. */
import { type Box, boxAround, joinBoxes, multiply, parseTransform, transformBox } from './matrix.js';
import { parsePath } from './path.js';
import { type Fonts, numberOf, textBox } from './text.js';

/** The box around an element in its own coordinates: its transform does not count, those inside it do. */
export function boxOf(element: Element, fonts: Fonts): Box | undefined {
  const { localName: name } = element;
  if (name === 'text') return textBox(element, fonts);
  if (name === 'path') {
    const points = parsePath(element.getAttribute('d') ?? '').flat();
    return points.length > 0 ? boxAround(points) : undefined;
  }
  if (name === 'rect' || name === 'image') {
    return {
      x: numberOf(element, 'x'),
      y: numberOf(element, 'y'),
      width: numberOf(element, 'width'),
      height: numberOf(element, 'height'),
    };
  }
  if (name === 'circle') {
    const r = numberOf(element, 'r');
    return { x: numberOf(element, 'cx') - r, y: numberOf(element, 'cy') - r, width: 2 * r, height: 2 * r };
  }
  if (name === 'line') {
    return boxAround([
      [numberOf(element, 'x1'), numberOf(element, 'y1')],
      [numberOf(element, 'x2'), numberOf(element, 'y2')],
    ]);
  }
  if (name !== 'g' && name !== 'svg' && name !== 'a') return undefined;
  let all: Box | undefined;
  for (const child of element.children) {
    const box = isHidden(child) ? undefined : boxOf(child, fonts);
    all = joinBoxes(all, box && transformBox(parseTransform(child.getAttribute('transform') ?? ''), box));
  }
  return all;
}

/** The box around an element on the page, all transforms and nested drawings counted. */
export function boxOnPage(element: Element, fonts: Fonts): Box | undefined {
  const box = boxOf(element, fonts);
  if (!box) return undefined;
  let matrix = parseTransform('');
  for (let node: Element | null = element; node && isSvg(node); node = node.parentElement) {
    if (node.localName === 'svg') {
      matrix = multiply([1, 0, 0, 1, numberOf(node, 'x'), numberOf(node, 'y')], matrix);
    }
    matrix = multiply(parseTransform(node.getAttribute('transform') ?? ''), matrix);
  }
  return transformBox(matrix, box);
}

function isSvg(element: Element): boolean {
  return element.namespaceURI === 'http://www.w3.org/2000/svg';
}

function isHidden(element: Element): boolean {
  return /display:\s*none/.test(element.getAttribute('style') ?? '');
}
