/** What passes between the program and the thread that draws. */

/** A figure to draw: sizes in pixels, `scale` in picture pixels for each of them. */
export interface DrawRequest {
  readonly figureJson: string;
  readonly width: number;
  readonly height: number;
  readonly scale: number;
  readonly format: 'svg' | 'png';
}

/** The thread's answers: `ready` once, then one for each request. */
export type Drawn =
  | { readonly kind: 'ready' }
  | { readonly kind: 'picture'; readonly picture: string | Uint8Array }
  | { readonly kind: 'problem'; readonly problem: string };
