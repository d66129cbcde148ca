/**
 * Which IPv4 addresses are anybody's on the Internet, by IANA's registry of special-purpose addresses. What is left
 * out is multicast, 224.0.0.0/4: it is neither private nor a person's, and Python, whose answer FineWeb takes, calls it
 * global.
 */

/** First address and length of prefix. */
type Range = readonly [address: string, bits: number];

const special: readonly Range[] = [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // a provider's own network
  ['127.0.0.0', 8], // this machine
  ['169.254.0.0', 16], // this link
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocols
  ['192.0.2.0', 24], // documentation
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['240.0.0.0', 4], // reserved
];

// Two addresses among those for protocols that are routed everywhere.
const exceptions = new Set(['192.0.0.9', '192.0.0.10'].map(numberOf));

const ranges = special.map(([address, bits]) => {
  const from = numberOf(address);
  return { from, to: from + 2 ** (32 - bits) };
});

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/**
 * Tells an address that is routed on the whole Internet from private, local and reserved ones.
 *
 * @param address Four numbers from 0 to 255, parted by dots; anything else is not public.
 *
 * @example
 * ['8.8.8.8', '192.168.1.1', '192.0.2.146', '8.8.8.08'].map(isPublicAddress) // [true, false, false, false]
 */
export function isPublicAddress(address: string): boolean {
  if (!/^(?:(?:0|[1-9]\d{0,2})(?:\.(?!$)|$)){4}$/.test(address)) return false;
  if (address.split('.').some((part) => Number(part) > 255)) return false;
  const number = numberOf(address);
  return exceptions.has(number) || !ranges.some(({ from, to }) => number >= from && number < to);
}
