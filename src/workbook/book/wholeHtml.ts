/** HTML that authors and outputs bring along, made whole, so that it cannot reach beyond its own place on a page. */
import { parseHTML } from 'linkedom';

/**
 * Closes what is open and drops end tags of nothing: an unfinished comment would hide the rest of the page.
 *
 * @example
 * wholeHtml('</main><b>bold <!-- and') // '<b>bold <!-- and--></b>'
 */
export function wholeHtml(html: string): string {
  const { document } = parseHTML('<!doctype html><html><body></body></html>');
  const place = document.createElement('div');
  place.innerHTML = html;
  return place.innerHTML;
}
