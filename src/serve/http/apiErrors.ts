/** What went wrong, in the form in which OpenAI's API says it. */
import { messageOf } from '../../core/errors.js';
import { QueueFullError } from '../batcher/batcher.js';

/** A request that is refused. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: 400 | 401 | 403 | 404 | 408 | 413 | 415 | 429 | 500 | 503,
    message: string,
    readonly details: { readonly param?: string; readonly code?: string } = {},
  ) {
    super(message);
  }
}

const types: { readonly [status: number]: string } = {
  401: 'authentication_error',
  403: 'permission_error',
  429: 'rate_limit_error',
  500: 'server_error',
  503: 'server_error',
};

/** Any error as one that can be answered with; what the request could not have caused is status 500. */
export function apiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof QueueFullError) return new ApiError(429, error.message, { code: 'queue_full' });
  if (error instanceof RangeError) return new ApiError(400, error.message);
  return new ApiError(500, messageOf(error));
}

/** OpenAI's error object. */
export const errorBody = ({ status, message, details: { param, code } }: ApiError) => ({
  error: {
    message,
    type: types[status] ?? 'invalid_request_error',
    param: param ?? null,
    code: code ?? null,
  },
});
