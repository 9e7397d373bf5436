import type { Recorded } from '../support/recording-proxy.ts'
import { comparable } from './client.ts'
import { normalForm, type NormalMessage } from './normal-form.ts'
import type { Outcome } from './recording.ts'

const SHOWN = 100

/** One run of a conversation, recorded or here. */
export interface Conversation {
  messages: readonly Recorded[]
  outcomes: readonly Outcome[]
}

/** How what happened here differs from what was recorded, each difference in a line. None: it is equal. */
export function differences(recorded: Conversation, here: Conversation): string[] {
  const [before, now] = [normalForm(recorded.messages), normalForm(here.messages)]
  return [
    ...(words(before) === words(now)
      ? before.flatMap((message, i) => contentDifferences(i, message, now[i] ?? message))
      : [`sequence: recorded ${words(before)}, here ${words(now)}`]),
    ...recorded.outcomes.flatMap((outcome, i) => {
      const [told, tells] = [comparable(outcome), comparable(here.outcomes[i] ?? {})].map(sorted)
      return told === tells ? [] : [`client ${i + 1}: recorded ${told ?? ''}, here ${tells ?? ''}`]
    }),
  ]
}

/** The same of the sequence alone, for a conversation that another shim plays. */
export function sequenceDifferences(recorded: readonly Recorded[], here: readonly Recorded[]): string[] {
  const [before, now] = [words(normalForm(recorded)), words(normalForm(here))]
  return before === now ? [] : [`sequence: recorded ${before}, here ${now}`]
}

/** The same of what the peer said, for a conversation that a shim of another make holds: it has its own way with bytes. */
export function answerDifferences(recorded: Conversation, here: Conversation): string[] {
  const [before, now] = [recorded, here].map(({ messages }) =>
    normalForm(messages).filter(({ words }) => words.startsWith('<')),
  )
  if (before === undefined || now === undefined) return []
  if (words(before) !== words(now)) return [`answers: recorded ${words(before)}, here ${words(now)}`]
  return before.flatMap((message, i) => contentDifferences(i, message, now[i] ?? message))
}

/** Runs of the same told once: `(> PUT_STATE < RESPONSE) × 250`. */
function words(messages: readonly NormalMessage[]): string {
  const pairs: [text: string, count: number][] = []
  for (let i = 0; i < messages.length; i++) {
    const [first, second] = [messages[i]?.words ?? '', messages[i + 1]?.words]
    const pair = second !== undefined && first.startsWith('>') && second.startsWith('<')
    const text = pair ? `${first} ${second}` : first
    if (pair) i++
    const last = pairs.at(-1)
    if (last?.[0] === text) last[1]++
    else pairs.push([text, 1])
  }
  return pairs.map(([text, count]) => (count === 1 ? text : `(${text}) × ${count}`)).join(' ')
}

function contentDifferences(i: number, before: NormalMessage, now: NormalMessage): string[] {
  const which = `message ${i + 1}, ${before.words}`
  const found: string[] = []
  if (before.bytes !== now.bytes) {
    const from = Math.max(0, firstDifference(before.bytes, now.bytes) - 20)
    const shown = ({ bytes }: NormalMessage) => JSON.stringify(bytes.slice(from, from + SHOWN))
    found.push(`${which}: recorded ${shown(before)}, here ${shown(now)}`)
  }
  const [told, tells] = [JSON.stringify(before.proposal), JSON.stringify(now.proposal)]
  if (told !== tells) found.push(`${which}, signed proposal: recorded ${told}, here ${tells}`)
  return found
}

function sorted(outcome: Outcome): string {
  return JSON.stringify(Object.fromEntries(Object.entries(outcome).sort()))
}

function firstDifference(a: string, b: string): number {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return at
}
