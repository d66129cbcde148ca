/** SVG to PNG with resvg, in fonts that come along, so the picture is the same on a machine without any. */
import { Resvg } from '@resvg/resvg-js';
import { fontFiles } from './page.js';

/**
 * Draws an SVG as a PNG file.
 *
 * Fonts of the system are searched, which can take a second, only where the text has letters that DejaVu lacks.
 */
export function rasterize(svg: string, scale: number): Uint8Array {
  // resvg knows the older of the two names for hard-edged cells of a heatmap.
  const crisp = svg.replaceAll('image-rendering: pixelated', 'image-rendering: optimizeSpeed');
  const image = new Resvg(crisp, {
    font: {
      loadSystemFonts: hasOtherScripts(svg),
      fontFiles: Object.values(fontFiles),
      defaultFontFamily: 'DejaVu Sans',
      sansSerifFamily: 'DejaVu Sans',
      serifFamily: 'DejaVu Sans',
      monospaceFamily: 'DejaVu Sans Mono',
    },
    fitTo: { mode: 'zoom', value: scale },
  }).render();
  return image.asPng();
}

/** Chinese, Japanese, Korean, the scripts of South and Southeast Asia, emoji. */
function hasOtherScripts(text: string): boolean {
  return /[\u0900-\u0dff\u1000-\u109f\u1780-\u17ff\u3000-\ud7af\uf900-\ufaff\u{1f000}-\u{1faff}\u{20000}-\u{3ffff}]/u.test(
    text,
  );
}
