/**
 * Takes addresses of people out of texts. FineWeb replaces e-mail addresses and public IP addresses, in turn by a few
 * that lead nowhere, so that texts still read as texts; Stanford's course CS336 puts one name of the kind in their
 * place, and telephone numbers and private IP addresses go as well. Names and street addresses need more than rules.
 */
import { type Filter, keep, keepAs } from '../filter.js';
import { replaceEmails } from './emailAddresses.js';
import { isPublicAddress } from './publicAddress.js';

/** What is replaced, and by what; the defaults are FineWeb's. */
export interface AnonymizationOptions {
  /**
   * `fineweb` (default): e-mail addresses and public IPv4 addresses. `cs336`: e-mail addresses, IPv4 addresses of all kinds,
   * and telephone numbers of ten digits, which become `|||PHONE_NUMBER|||`.
   */
  readonly rules?: 'fineweb' | 'cs336';
  /**
   * Whether an e-mail address may hold capitals; default true. Until May 2024, and so in FineWeb's first release,
   * datatrove's expression knew none.
   */
  readonly capitals?: boolean;
  /** Taken in turn, over all texts; default two at example.com and example.org, or `|||EMAIL_ADDRESS|||`. */
  readonly emails?: readonly string[];
  /** Taken in turn, over all texts; default datatrove's six that did not answer, or `|||IP_ADDRESS|||`. */
  readonly ips?: readonly string[];
}

/** The replacements of each set of rules. */
export const replacements = {
  fineweb: {
    emails: ['email@example.com', 'firstname.lastname@example.org'],
    ips: [
      '22.214.171.124',
      '126.96.36.199',
      '188.8.131.52',
      '184.108.40.206',
      '220.127.116.11',
      '18.104.22.168',
    ],
  },
  cs336: { emails: ['|||EMAIL_ADDRESS|||'], ips: ['|||IP_ADDRESS|||'] },
} as const;

const octet = '(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)';
const ip = new RegExp(`(?:${octet}\\.){3}${octet}`, 'g');
const phone = /(?<!\d)(?:\+?1[ .-]?)?(?:\(\d{3}\)|\d{3})[ .-]{0,2}\d{3}[ .-]?\d{4}(?!\d)/g;

/**
 * Makes a function that replaces addresses in one text after the other.
 *
 * @throws {RangeError} If a list of replacements is empty, or the rules are neither of the two.
 *
 * @example
 * const anonymize = anonymizer();
 * anonymize('ahab@pequod.us and his mate@pequod.us use 8.8.8.8, not 192.168.0.1')
 * // 'email@example.com and his firstname.lastname@example.org use 22.214.171.124, not 192.168.0.1'
 * anonymizer({ rules: 'cs336' })('Ahab@Pequod.us, (283) 182-3829, 192.168.0.1')
 * // '|||EMAIL_ADDRESS|||, |||PHONE_NUMBER|||, |||IP_ADDRESS|||'
 */
export function anonymizer({
  rules = 'fineweb',
  capitals = true,
  ...options
}: AnonymizationOptions = {}): (text: string) => string {
  if (!Object.hasOwn(replacements, rules))
    throw new RangeError(`Cannot anonymize by rules "${rules}": expected fineweb or cs336`);
  const nextEmail = inTurn(options.emails ?? replacements[rules].emails, 'e-mail');
  const nextIp = inTurn(options.ips ?? replacements[rules].ips, 'IP');
  const everything = rules === 'cs336';
  return (text) => {
    const named = replaceEmails(text, nextEmail, { capitals });
    const numbered = named.replace(ip, (found) => (everything || isPublicAddress(found) ? nextIp() : found));
    return everything ? numbered.replace(phone, '|||PHONE_NUMBER|||') : numbered;
  };
}

function inTurn(values: readonly string[], what: string): () => string {
  if (values.length === 0)
    throw new RangeError(`Cannot anonymize: expected one ${what} address or more to put in`);
  let next = 0;
  return () => values[next++ % values.length]!;
}

/**
 * Makes `anonymizer` a step of a pipeline, FineWeb's last.
 *
 * @example
 * anonymization().judge({ id: 'a', text: 'Mail joe@sea.org.', metadata: {} })
 * // { keep: true, document: { id: 'a', text: 'Mail email@example.com.', metadata: {} } }
 */
export function anonymization(options: AnonymizationOptions = {}): Filter {
  const anonymize = anonymizer(options);
  return {
    name: 'anonymization',
    judge: (document) => {
      const text = anonymize(document.text);
      return text === document.text ? keep : keepAs({ ...document, text });
    },
  };
}
