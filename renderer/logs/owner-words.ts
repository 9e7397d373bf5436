import type { LineOwner } from '../../core/contract/log.ts'
import { shortId } from '../parts/format.ts'

/** How a line is known to be of its call, in a word and in a sentence. */
export const knownBy = {
  named: { word: 'id', sentence: 'The line names the transaction.' },
  alone: { word: 'time', sentence: 'By time: no other call of the chaincode ran then.' },
  shared: { word: '~time', sentence: 'By time: it may be of another call that ran then.' },
} as const satisfies Record<LineOwner['of'], { word: string; sentence: string }>

/** Which transaction, as short as a line can say it. */
export function shortOwner({ txId, isRunning }: LineOwner): string {
  return txId === null ? (isRunning ? 'running' : 'no id') : txId.slice(0, 8)
}

export function ownerWords(owner: LineOwner): string {
  const { txId, isRunning, function: name, of } = owner
  const which = txId === null ? (isRunning ? ', which runs' : '') : `, transaction ${shortId(txId)}`
  return `Of ${name}${which}. ${knownBy[of].sentence}`
}
