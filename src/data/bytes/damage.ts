/** Damage in the bytes of a stream: the record it falls into is not known yet to whom it meets first. */
export class DamagedBytes extends Error {}
