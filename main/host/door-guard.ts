import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Who is let in. Every secret lives as long as the process, and none is written anywhere but into peer.json. */
export interface DoorGuard {
  /** A token for one more browser: good for one exchange. */
  newToken(): string
  /** Exchange a token for a session, once; undefined where it is unknown or used. */
  exchange(token: string): string | undefined
  /** Why a request is refused; undefined where it may pass. Says nothing of who asks. */
  refusesHost(headers: IncomingHttpHeaders): string | undefined
  /** Whether a browser shows the cookie of a session. */
  hasSession(headers: IncomingHttpHeaders): boolean
  /** Why a WebSocket is refused; undefined where it may pass. */
  refusesSocket(headers: IncomingHttpHeaders): string | undefined
  /** Whether it is a command line with the bearer token of peer.json. */
  hasBearer(headers: IncomingHttpHeaders): boolean
  /** Set-Cookie of a session. */
  cookie(session: string): string
}

/** Unused tokens kept; older ones go. */
const MOST_TOKENS = 20

/**
 * The browser door's guard. A page of another site can make a browser send requests here, and by DNS rebinding
 * even under its own name: so the Host header must be this very address, a WebSocket must come from this very
 * origin, and both need a cookie that only the exchange of a token gives.
 */
export function doorGuard(port: number, bearer: string): DoorGuard {
  const hosts = ['127.0.0.1', 'localhost'].map((name) => `${name}:${port}`)
  // Cookies do not tell ports apart: two doors on one machine need two names.
  const cookieName = `slipway-${port}`
  const sessions = new Set<string>()
  const tokens: string[] = []

  function refusesHost(headers: IncomingHttpHeaders): string | undefined {
    if (headers.host !== undefined && hosts.includes(headers.host)) return undefined
    return `It was sent to the host ${JSON.stringify(headers.host ?? '')}; this door is ${hosts.join(' or ')}.`
  }

  function hasSession(headers: IncomingHttpHeaders): boolean {
    const shown = cookieValue(headers.cookie, cookieName)
    return shown !== undefined && [...sessions].some((session) => same(session, shown))
  }

  function hasBearer(headers: IncomingHttpHeaders): boolean {
    // A browser always sends an Origin with a WebSocket; a command line never does.
    if (headers.origin !== undefined || headers.authorization === undefined) return false
    return same(headers.authorization, `Bearer ${bearer}`)
  }

  return {
    newToken() {
      const token = newSecret()
      tokens.push(token)
      if (tokens.length > MOST_TOKENS) tokens.shift()
      return token
    },
    exchange(token) {
      const at = tokens.findIndex((held) => same(held, token))
      if (at < 0) return undefined
      tokens.splice(at, 1)
      const session = newSecret()
      sessions.add(session)
      return session
    },
    refusesHost,
    hasSession,
    hasBearer,
    refusesSocket(headers) {
      const host = refusesHost(headers)
      if (host !== undefined) return host
      if (hasBearer(headers)) return undefined
      if (headers.origin === undefined || headers.origin !== `http://${headers.host ?? ''}`) {
        return `It came from the page ${JSON.stringify(headers.origin ?? '')}, not from this door's own.`
      }
      return hasSession(headers) ? undefined : 'This browser has no session here.'
    },
    cookie: (session) => `${cookieName}=${session}; HttpOnly; SameSite=Strict; Path=/`,
  }
}

/** 256 random bits, fit for a URL. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

function cookieValue(header: string | undefined, name: string): string | undefined {
  const pair = (header ?? '').split(/; */).find((part) => part.startsWith(`${name}=`))
  return pair?.slice(name.length + 1)
}

/** Compare secrets in a time that tells nothing of where they differ. */
function same(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)]
  return x.length === y.length && timingSafeEqual(x, y)
}
