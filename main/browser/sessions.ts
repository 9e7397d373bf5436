import { createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import {
  proofText,
  sessionPaths,
  type BrowserKey,
  type Challenge,
  type ChallengeRequest,
  type ReturnRequest,
} from '../../core/contract/door-session.ts'
import { newSecret, sameSecret, type DoorGuard } from '../host/door-guard.ts'
import type { Reply } from '../host/http-reply.ts'
import type { BrowserKeys } from './browser-keys.ts'
import { readSmallJson } from './small-json.ts'

export interface SessionParts {
  keys: BrowserKeys
  /** Changes with each build of the page. */
  page: string
  /** A browser got a key: it must still fit after a restart. */
  issued(): void
}

/** Answers a POST of our own page; false if the path isn't one of these. */
export type Posts = (request: IncomingMessage, reply: Reply, guard: DoorGuard) => boolean

/** Challenges that wait for their answer; older ones are dropped. */
const MOST_CHALLENGES = 100
const JSON_TYPE = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' }

/** Gives keys to browsers that are admitted, and admits those that come back with one. */
export function sessionPosts({ keys, page, issued }: SessionParts): Posts {
  const challenges: string[] = []

  function giveKey(reply: Reply): void {
    issued()
    reply.send(200, JSON.stringify({ ...keys.issue(), page } satisfies BrowserKey), JSON_TYPE)
  }

  function challengeBack({ id, nonce }: ChallengeRequest, origin: string, reply: Reply): void {
    const key = keys.keyOf(id)
    if (key === undefined) return reply.refuse(403, "This Slipway doesn't know this browser, or not any more.")
    const challenge = newSecret()
    challenges.push(challenge)
    if (challenges.length > MOST_CHALLENGES) challenges.shift()
    const answer: Challenge = { proof: sign(key, proofText('door', origin, nonce)), challenge, page }
    reply.send(200, JSON.stringify(answer), JSON_TYPE)
  }

  function admit({ id, challenge, proof }: ReturnRequest, origin: string): boolean {
    const at = challenges.indexOf(challenge)
    if (at >= 0) challenges.splice(at, 1)
    const key = keys.keyOf(id)
    return at >= 0 && key !== undefined && sameSecret(proof, sign(key, proofText('browser', origin, challenge)))
  }

  return (request, reply, guard) => {
    const { url, headers } = request
    if (!Object.values<string | undefined>(sessionPaths).includes(url)) return false
    const foreign = guard.refusesOrigin(headers)
    if (foreign !== undefined) {
      reply.refuse(403, foreign)
      return true
    }
    const origin = headers.origin ?? ''
    if (url === sessionPaths.key) {
      if (guard.hasSession(headers)) giveKey(reply)
      else reply.refuse(403, "This browser doesn't have a session here.")
      return true
    }
    void readSmallJson(request).then((body) => {
      if (url === sessionPaths.challenge && hasTexts(body, ['id', 'nonce'])) return challengeBack(body, origin, reply)
      if (url !== sessionPaths.return || !hasTexts(body, ['id', 'challenge', 'proof']))
        return reply.refuse(400, "It isn't a request of this door's own page.")
      if (!admit(body, origin)) return reply.refuse(403, "The proof doesn't fit, or came too late.")
      const cookie = guard.hasSession(headers) ? {} : { 'Set-Cookie': guard.cookie(guard.newSession()) }
      reply.send(200, '{}', { ...JSON_TYPE, ...cookie })
    })
    return true
  }
}

function sign(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url')
}

function hasTexts<N extends string>(body: unknown, names: readonly N[]): body is Record<N, string> {
  if (typeof body !== 'object' || body === null) return false
  return names.every((name) => typeof (body as Record<string, unknown>)[name] === 'string')
}
