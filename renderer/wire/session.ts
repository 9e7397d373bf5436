import {
  proofText,
  sessionPaths,
  type BrowserKey,
  type Challenge,
  type ChallengeRequest,
  type ReturnRequest,
} from '../../core/contract/door-session.ts'
import { storeKey, storedKey } from './browser-key.ts'

/**
 * What a browser finds at the door's address: the wire may be opened (`open`), nothing answers (`away`), Slipway doesn't
 * know this browser (`refused`), or another program listens there (`stranger`). `renewed`: Slipway has a newer page.
 */
export type Admission = 'open' | 'renewed' | 'away' | 'refused' | 'stranger'

const ANSWERS_WITHIN_MS = 5_000

/** Ask for a key to come back with. Says whether this browser is admitted. Never rejects. */
export async function askForKey(): Promise<Extract<Admission, 'open' | 'away' | 'refused'>> {
  let response: Response
  try {
    response = await post(sessionPaths.key)
  } catch {
    return 'away'
  }
  if (!response.ok) return 'refused'
  try {
    const { id, key, page } = (await response.json()) as BrowserKey
    const algorithm = { name: 'HMAC', hash: 'SHA-256' }
    const kept = await crypto.subtle.importKey('raw', fromBase64url(key), algorithm, false, ['sign', 'verify'])
    await storeKey({ id, key: kept, page })
  } catch (thrown) {
    // A private window may keep nothing.
    console.warn('slipway: this browser cannot come back by itself after a restart', thrown)
  }
  return 'open'
}

/** Come back to a door that may have been restarted. Nothing of use to another program is sent. Never rejects. */
export async function comeBack(): Promise<Admission> {
  const stored = await storedKey()
  if (stored === undefined) return askForKey()
  const nonce = toBase64url(crypto.getRandomValues(new Uint8Array(32)))
  let answer: Response
  try {
    answer = await post(sessionPaths.challenge, { id: stored.id, nonce } satisfies ChallengeRequest)
  } catch {
    return 'away'
  }
  if (answer.status === 403) return 'refused'
  const challenge = await challengeIn(answer)
  if (challenge === undefined) return 'stranger'
  const { key, id } = stored
  const claimed = proofText('door', location.origin, nonce)
  if (!(await crypto.subtle.verify('HMAC', key, fromBase64url(challenge.proof), bytes(claimed)))) return 'stranger'

  const text = proofText('browser', location.origin, challenge.challenge)
  const proof = toBase64url(new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes(text))))
  try {
    const back: ReturnRequest = { id, challenge: challenge.challenge, proof }
    if (!(await post(sessionPaths.return, back)).ok) return 'refused'
  } catch {
    return 'away'
  }
  return challenge.page === stored.page ? 'open' : 'renewed'
}

function post(path: string, body?: object): Promise<Response> {
  return fetch(path, {
    method: 'POST',
    cache: 'no-store',
    redirect: 'error',
    signal: AbortSignal.timeout(ANSWERS_WITHIN_MS),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

/** Undefined for what no door of ours answers. */
async function challengeIn(answer: Response): Promise<Challenge | undefined> {
  try {
    const { proof, challenge, page } = (await answer.json()) as Partial<Challenge>
    const isOurs = [proof, challenge, page].every((text) => typeof text === 'string')
    return answer.ok && isOurs ? ({ proof, challenge, page } as Challenge) : undefined
  } catch {
    return undefined
  }
}

function bytes(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

function toBase64url(data: Uint8Array): string {
  return btoa(String.fromCharCode(...data))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0))
  } catch {
    // Not base64url: it is nobody's proof.
    return new Uint8Array()
  }
}
