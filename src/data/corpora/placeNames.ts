/** Names of places, one word each, for models of letters: from WordNet and the World Factbook. */
import { readFactbook } from './factbook.js';
import { wordnetMeanings } from './wordnet.js';

/**
 * The 5,064 names of towns, provinces, countries, rivers and mountains that are one word of the letters a to z: those
 * that WordNet lists, and the capitals and the parts of each country in the Factbook. Small letters, each name once,
 * in alphabetical order. Some places are there in two spellings (cusco, cuzco).
 *
 * @throws {Error} If one of the two npm packages is not installed; the message names it.
 *
 * @example
 * readPlaceNames().slice(0, 4) // ['aachen', 'aalborg', 'aalst', 'aar']
 */
export function readPlaceNames(): string[] {
  const words = [...wordnetPlaces(), ...factbookPlaces()].filter((name) => /^[A-Z][a-z]+$/.test(name));
  return [...new Set(words.map((word) => word.toLowerCase()))].sort();
}

/** Places are WordNet's kinds 15 (towns and lands) and 17 (rivers, mountains and the sky). */
function wordnetPlaces(): string[] {
  return wordnetMeanings('noun', 'Cannot read place names')
    .filter(({ kind, isInstance }) => isInstance && (kind === '15' || kind === '17'))
    .flatMap(({ words }) => words);
}

/** From lines such as `Administrative divisions: 2 provinces (singular - province); Here*, There (Place) and Nowhere`. */
function factbookPlaces(): string[] {
  return readFactbook().flatMap(({ text }) => {
    const [, parts = ''] = /^Administrative divisions: (.*)$/m.exec(text) ?? [];
    const [, capital = ''] = /^Capital: name: ([^;,]+)/m.exec(text) ?? [];
    const names = `${parts}, ${capital}`.replace(/\([^)]*\)|\*/g, '');
    return names.split(/[,;:]| and /).map((name) => name.trim());
  });
}
