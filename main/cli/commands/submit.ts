import { callOnce } from './call.ts'
import type { CallOptions } from './options.ts'

/** `slipway submit FOLDER FUNCTION [ARG…]`: simulate, order, validate, commit. */
export function submit(folder: string, name: string, args: string[], options: CallOptions, signal: AbortSignal) {
  return callOnce('submit', folder, { function: name, args }, options, signal)
}
