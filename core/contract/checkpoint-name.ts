export const MAX_CHECKPOINT_NAME = 100

/** Control characters, line ends, and halves of characters. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u

/** What is wrong with a checkpoint's name; undefined: nothing. Pure. */
export function checkpointNameProblem(name: string): 'empty' | 'long' | 'characters' | 'number' | undefined {
  if (name.trim() === '') return 'empty'
  // The number of units first, so that a name of many megabytes isn't taken apart.
  if (name.length > 2 * MAX_CHECKPOINT_NAME || Array.from(name).length > MAX_CHECKPOINT_NAME) return 'long'
  if (UNSEEN.test(name) || name.trim() !== name) return 'characters'
  return /^\d+$/.test(name) ? 'number' : undefined
}
