/**
 * The size of SVG text, measured with the font that the picture is drawn with, so that margins and legends come out
 * right.
 */
import type { Font } from './font.js';
import { type Box, joinBoxes } from './matrix.js';

/** The fonts that text is measured with. */
export interface Fonts {
  readonly regular: Font;
  readonly bold: Font;
}

/** Width of an element's text, as if on one line. */
export function textWidth(element: Element, fonts: Fonts): number {
  return fontOf(element, fonts).widthOf(element.textContent ?? '') * sizeOf(element);
}

/** The box around an SVG text: it runs from left to right; `x` on a piece starts a new line there, `dy` moves down. */
export function textBox(text: Element, fonts: Fonts): Box | undefined {
  let x = numberOf(text, 'x');
  let y = numberOf(text, 'y');
  let start = x;
  let box: Box | undefined;
  let line: Box | undefined;
  const finishLine = () => {
    const shift = line && { start: 0, middle: -0.5, end: -1 }[anchorOf(text)];
    if (line && shift !== undefined) box = joinBoxes(box, { ...line, x: line.x + shift * (x - start) });
    line = undefined;
  };
  const walk = (element: Element) => {
    if (element !== text && element.hasAttribute('x')) {
      finishLine();
      x = numberOf(element, 'x');
      start = x;
      if (element.hasAttribute('y')) y = numberOf(element, 'y');
    }
    const size = sizeOf(element);
    y += lengthIn(element.getAttribute('dy'), size);
    x += lengthIn(element.getAttribute('dx'), size);
    for (const child of element.childNodes) {
      if (child.nodeType === 1) walk(child as Element);
      if (child.nodeType !== 3 || !child.nodeValue) continue;
      const font = fontOf(element, fonts);
      const width = font.widthOf(child.nodeValue) * size;
      line = joinBoxes(line, {
        x,
        y: y - font.ascent * size,
        width,
        height: (font.ascent + font.descent) * size,
      });
      x += width;
    }
  };
  walk(text);
  finishLine();
  return box;
}

/** An attribute as a number; 0 where it is missing. */
export function numberOf(element: Element, name: string): number {
  return Number.parseFloat(element.getAttribute(name) ?? '') || 0;
}

/** A property that children inherit, from the attribute or the inline style of the nearest element that has it. */
function inherited(element: Element, name: string): string | undefined {
  for (let node: Element | null = element; node; node = node.parentElement) {
    const style = new RegExp(`(?:^|;)\\s*${name}:\\s*([^;]+)`).exec(node.getAttribute('style') ?? '')?.[1];
    const value = style ?? node.getAttribute(name);
    if (value) return value.trim();
  }
  return undefined;
}

/** Font size in pixels; a percentage (in sub- and superscripts) is of what surrounds it. */
function sizeOf(element: Element): number {
  const text = inherited(element, 'font-size') ?? '12px';
  if (!text.endsWith('%') && !text.endsWith('em')) return Number.parseFloat(text) || 12;
  const outer = element.closest('text') ?? element;
  const whole = outer === element ? 12 : sizeOf(outer);
  return whole * Number.parseFloat(text) * (text.endsWith('%') ? 0.01 : 1);
}

function fontOf(element: Element, { regular, bold }: Fonts): Font {
  const weight = inherited(element, 'font-weight') ?? '400';
  return weight === 'bold' || Number(weight) >= 600 ? bold : regular;
}

function anchorOf(text: Element): 'start' | 'middle' | 'end' {
  const anchor = inherited(text, 'text-anchor');
  return anchor === 'middle' || anchor === 'end' ? anchor : 'start';
}

/** A length such as `1.3em` or `4px`, in pixels. */
function lengthIn(text: string | null, size: number): number {
  const value = Number.parseFloat(text ?? '') || 0;
  return text?.endsWith('em') ? value * size : value;
}
