import type { CallResult } from '../../../core/contract/call.ts'
import { effectsOf, readable, versionsRead } from './effects.ts'
import type { ExpectedState } from './expected-state.ts'
import type { Expected } from './sample.ts'

/** In a payload that tells one page. */
export const BOOKMARK = /"bookmark":"([^"]*)"/

/** How an answer differs from the one expected, all but its validation code; each difference in a line. */
export function resultDifferences(result: CallResult, expected: Expected, chaincode: string): string[] {
  const { status = 200, payload = '', message = '', effects, refused } = expected
  if (refused !== undefined) return [`expected to be refused with ${refused}, and was answered ${result.status}`]
  const found: string[] = []
  const comparable = (text: string) =>
    text.replaceAll(result.txId, '<txid>').replaceAll(`[${result.txId.slice(0, 8)}]`, '[<tx>]')
  compare(found, 'status', String(result.status), String(status))
  compare(found, 'payload', comparable(result.payload), payload)
  compare(found, 'message', comparable(result.message), message)
  const lines = effectsOf(result, chaincode).map((line) => line.replaceAll(/[0-9a-f]{64}/g, '<txid>'))
  if (result.status >= 400) compare(found, 'events', String(result.events.length), '0')
  else if (effects !== undefined) compare(found, 'effects', lines.join('\n'), effects.join('\n'))
  return found
}

/** Versions that were read and are not those of the last commit of their keys. */
export function versionDifferences(state: ExpectedState, { readWriteSet }: CallResult): string[] {
  return [...versionsRead(readWriteSet)]
    .filter(({ namespace, collection, key, version }) => !state.isVersion(namespace, collection, key, version))
    .map(({ key, version }) => `the version of ${readable(key)} is read as ${JSON.stringify(version)}`)
}

/** `<bookmark>` in what is expected stands for any. */
export function compare(found: string[], what: string, is: string, expected: string): void {
  const comparable = expected.includes('<bookmark>') ? is.replace(BOOKMARK, '"bookmark":"<bookmark>"') : is
  if (comparable === expected) return
  found.push(`${what}: expected ${JSON.stringify(expected)}, is ${JSON.stringify(comparable)}`)
}
