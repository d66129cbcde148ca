/** The script of the book, in plain JavaScript for browsers. Without it every page is whole, with pictures for plots. */
import { figuresScript } from './figures.js';
import { pageScript } from './page.js';
import { searchScript } from './search.js';

/** The text of `assets/book.js`. */
export const bookScript = `
(() => {
  const folder = document.currentScript.src.replace(/assets\\/[^/]*$/, '');
  const loading = new Map();
  const load = (file) => {
    if (!loading.has(file)) loading.set(file, new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = folder + file;
      script.onload = resolve;
      script.onerror = () => reject(new Error(file + ' is missing'));
      document.head.append(script);
    }));
    return loading.get(file);
  };
${figuresScript}${pageScript}${searchScript}})();
`.trimStart();
