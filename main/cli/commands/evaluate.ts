import { callOnce } from './call.ts'
import type { CallOptions } from './options.ts'

/** `slipway evaluate FOLDER FUNCTION [ARG…]`: simulate and answer; nothing is ordered. */
export function evaluate(folder: string, name: string, args: string[], options: CallOptions, signal: AbortSignal) {
  return callOnce('evaluate', folder, { function: name, args }, options, signal)
}
