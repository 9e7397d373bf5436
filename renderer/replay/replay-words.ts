import type { ReplayRow, ReplayState } from '../../core/contract/replay.ts'
import { plural } from '../parts/format.ts'
import type { Tone } from '../parts/status.ts'

/** What a replay came to, in words. Pure. */
export function summaryWords({ state, rows, total, comparedWith }: ReplayState): {
  tone: Tone
  word: string
  text: string
} {
  if (state === 'running') return { tone: 'wait', word: 'running', text: `${rows.length} of ${plural(total, 'call')}` }
  if (state === 'stopped') return { tone: 'wait', word: 'stopped', text: 'by a newer save' }
  if (state === 'failed') return { tone: 'fail', word: 'not run', text: '' }
  const count = (wanted: ReplayRow['state']) => rows.filter((row) => row.state === wanted).length
  const [failed, skipped] = [count('failed'), count('skipped')]
  const changed = rows.filter(({ changes = [] }) => changes.length > 0).length
  const parts = [
    `${count('passed')} of ${plural(rows.length, 'call')} passed`,
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(comparedWith === undefined
      ? []
      : [
          changed === 0
            ? `nothing changed since build ${comparedWith}`
            : `${changed} changed since build ${comparedWith}`,
        ]),
  ]
  return { tone: failed > 0 ? 'fail' : 'ready', word: failed > 0 ? 'failed' : 'passed', text: parts.join(' · ') }
}

export function rowStatus({ state }: Pick<ReplayRow, 'state'>): { tone: Tone; word: string } {
  if (state === 'passed') return { tone: 'ready', word: 'passed' }
  return state === 'failed' ? { tone: 'fail', word: 'failed' } : { tone: 'plain', word: 'skipped' }
}

/** Where it changed; what it answered, if there is nothing to compare it with. */
export function changeWords({ changes, answer }: ReplayRow): { text: string; isChanged: boolean } {
  if (changes === undefined) return { text: answer, isChanged: false }
  if (changes.length === 0) return { text: 'same', isChanged: false }
  return { text: changes.map(({ at }) => at).join(', '), isChanged: true }
}
