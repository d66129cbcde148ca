/** Errors as they cross: name and message, and the class of the standard ones. */
import { define } from './graph.js';

const standard = [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];

/** An error of that name; one of JavaScript's own classes where the name is theirs. */
export function errorOf(name: string, message: string): Error {
  const found = standard.find((type) => type.name === name);
  const error = found ? new found(message) : new Error(message);
  if (!found && name !== 'Error') define(error, 'name', name, false);
  return error;
}
