/** Thrown where a step must not be made: its numbers are not finite, or its maker refuses them. Nothing was updated. */
export class StepRefused extends Error {
  /** What is wrong with it: `the loss is NaN`. */
  readonly reason: string;
  /** Length of the gradient before clipping; `NaN` where it was not measured. */
  readonly gradNorm: number;

  constructor(message: string, { reason, gradNorm }: { readonly reason: string; readonly gradNorm: number }) {
    super(message);
    this.reason = reason;
    this.gradNorm = gradNorm;
  }
}
