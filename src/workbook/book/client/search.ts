/** Full-text search: index and program are loaded when a reader asks for the first time. */
import { searchFields, tokenPattern } from '../search.js';

/** A part of `bookScript`; it uses `load`. */
export const searchScript = `
  const tokens = new RegExp(${JSON.stringify(tokenPattern)}, 'gu');
  let index;
  const loadIndex = async () => {
    await Promise.all([load('assets/minisearch.js'), load('assets/searchIndex.js')]);
    index ??= window.MiniSearch.loadJS(window.bookIndex, { ...${JSON.stringify(searchFields)}, tokenize: (text) => text.match(tokens) ?? [] });
  };
  const dialog = document.createElement('dialog');
  dialog.className = 'finder';
  dialog.setAttribute('aria-label', 'Search the book');
  dialog.innerHTML = '<form method="dialog"><label for="sought">Search the book</label><input id="sought" type="search" autocomplete="off" spellcheck="false"><button>Close</button></form><p class="note" role="status"></p><ol class="results"></ol>';
  document.body.append(dialog);
  const [input, note, results] = ['input', '[role=status]', 'ol'].map((selector) => dialog.querySelector(selector));
  const mostResults = 30;
  // The text around what was sought, or around the first word of it, with every such word marked.
  const excerpt = (text, sought, words) => {
    const lower = text.toLowerCase();
    const found = [sought.toLowerCase(), ...words].map((word) => lower.indexOf(word));
    const first = found[0] >= 0 ? found[0] : Math.min(...found.filter((at) => at >= 0));
    const start = Number.isFinite(first) ? Math.max(0, first - 60) : 0;
    const from = start === 0 ? 0 : text.indexOf(' ', start) + 1 || start;
    const part = text.slice(from, from + 180).replace(/\\s\\S*$/, '');
    const p = document.createElement('p');
    let at = 0;
    const pattern = new RegExp(words.map((word) => word.replace(/[^\\p{L}\\p{N}]/gu, '')).filter(Boolean).sort((a, b) => b.length - a.length).join('|') || '(?!)', 'giu');
    for (const match of part.matchAll(pattern)) {
      const word = document.createElement('mark');
      word.textContent = match[0];
      p.append(part.slice(at, match.index), word);
      at = match.index + match[0].length;
    }
    p.append(part.slice(at));
    if (from > 0) p.prepend('… ');
    return p;
  };
  const result = (sought, { page, heading, href, text, terms }) => {
    const item = document.createElement('li');
    const link = document.createElement('a');
    link.href = folder + href;
    link.textContent = heading || page;
    link.onclick = () => dialog.close();
    const place = document.createElement('span');
    place.className = 'note';
    place.textContent = page === heading ? '' : page;
    item.append(link, place, excerpt(text, sought, terms));
    return item;
  };
  const find = async () => {
    try {
      await loadIndex();
    } catch (error) {
      note.textContent = String(error.message);
      return;
    }
    const sought = input.value.trim();
    const options = { combineWith: 'AND', boost: { heading: 4 }, prefix: (word) => word.length > 1, fuzzy: (word) => word.length > 5 ? 0.2 : false };
    const found = sought ? index.search(sought, options) : [];
    results.replaceChildren(...found.slice(0, mostResults).map((one) => result(sought, one)));
    note.textContent = !sought ? '' : found.length === 0 ? 'Nothing found.'
      : found.length > mostResults ? 'The first ' + mostResults + ' of ' + found.length + ' places' : found.length === 1 ? '1 place' : found.length + ' places';
  };
  let typed;
  input.addEventListener('input', () => { clearTimeout(typed); typed = setTimeout(find, 120); });
  input.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    results.querySelector('a')?.click();
  });
  const ask = () => { dialog.showModal(); input.select(); loadIndex().catch(() => {}); };
  const button = document.querySelector('button.search');
  if (button) {
    button.onclick = ask;
    addEventListener('keydown', (event) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || dialog.open || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
      event.preventDefault();
      ask();
    });
  }
`.trimStart();
