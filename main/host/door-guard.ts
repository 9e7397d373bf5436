import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Decides who is admitted. Tokens and sessions live as long as the process; only peer.json holds its bearer token. */
export interface DoorGuard {
  /** A token for one more browser, valid for one exchange. */
  newToken(): string
  /** Exchange a token for a session; undefined if the token is unknown or used. */
  exchange(token: string): string | undefined
  /** A session for a browser that was recognised. */
  newSession(): string
  /** Why a request's Host header is refused; undefined if it is our own. Doesn't check who asks. */
  refusesHost(headers: IncomingHttpHeaders): string | undefined
  /** Why a request isn't one of our own page's; undefined if it is. Doesn't check who asks. */
  refusesOrigin(headers: IncomingHttpHeaders): string | undefined
  /** Whether a browser sends the cookie of a session. */
  hasSession(headers: IncomingHttpHeaders): boolean
  /** Why a WebSocket is refused; undefined if it is admitted. */
  refusesSocket(headers: IncomingHttpHeaders): string | undefined
  /** Whether it is a command line with the bearer token of peer.json. */
  hasBearer(headers: IncomingHttpHeaders): boolean
  /** The Set-Cookie header of a session. */
  cookie(session: string): string
}

/** Unused tokens that are kept; older ones are dropped. */
const MOST_TOKENS = 20

/**
 * The door's guard. A page of another site can make a browser send requests here, and by DNS rebinding even under its
 * own name. So the Host header must be exactly this address, a WebSocket must come from exactly this origin, and both
 * need a cookie that is only given in exchange for a token.
 */
export function doorGuard(port: number, bearer: string): DoorGuard {
  const hosts = ['127.0.0.1', 'localhost'].map((name) => `${name}:${port}`)
  // Cookies ignore ports: two doors on one machine need two names.
  const cookieName = `slipway-${port}`
  const sessions = new Set<string>()
  const tokens: string[] = []

  function refusesHost(headers: IncomingHttpHeaders): string | undefined {
    if (headers.host !== undefined && hosts.includes(headers.host)) return undefined
    return `It was sent to the host ${JSON.stringify(headers.host ?? '')}, but this door is ${hosts.join(' or ')}.`
  }

  function refusesOrigin(headers: IncomingHttpHeaders): string | undefined {
    const host = refusesHost(headers)
    if (host !== undefined) return host
    if (headers.origin !== undefined && headers.origin === `http://${headers.host ?? ''}`) return undefined
    return `It came from the page ${JSON.stringify(headers.origin ?? '')}, not from this door's own page.`
  }

  function newSession(): string {
    const session = newSecret()
    sessions.add(session)
    return session
  }

  function hasSession(headers: IncomingHttpHeaders): boolean {
    const cookie = cookieValue(headers.cookie, cookieName)
    return cookie !== undefined && [...sessions].some((session) => sameSecret(session, cookie))
  }

  function hasBearer(headers: IncomingHttpHeaders): boolean {
    // A browser always sends an Origin with a WebSocket; a command line never does.
    if (headers.origin !== undefined || headers.authorization === undefined) return false
    return sameSecret(headers.authorization, `Bearer ${bearer}`)
  }

  return {
    newToken() {
      const token = newSecret()
      tokens.push(token)
      if (tokens.length > MOST_TOKENS) tokens.shift()
      return token
    },
    exchange(token) {
      const at = tokens.findIndex((known) => sameSecret(known, token))
      if (at < 0) return undefined
      tokens.splice(at, 1)
      return newSession()
    },
    newSession,
    refusesHost,
    refusesOrigin,
    hasSession,
    hasBearer,
    refusesSocket(headers) {
      const host = refusesHost(headers)
      if (host !== undefined) return host
      if (hasBearer(headers)) return undefined
      const foreign = refusesOrigin(headers)
      if (foreign !== undefined) return foreign
      return hasSession(headers) ? undefined : "This browser doesn't have a session here."
    },
    cookie: (session) => `${cookieName}=${session}; HttpOnly; SameSite=Strict; Path=/`,
  }
}

/** 256 random bits, safe in a URL. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

function cookieValue(header: string | undefined, name: string): string | undefined {
  const pair = (header ?? '').split(/; */).find((part) => part.startsWith(`${name}=`))
  return pair?.slice(name.length + 1)
}

/** Compare secrets in a time that doesn't reveal where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const [x, y] = [Buffer.from(a), Buffer.from(b)]
  return x.length === y.length && timingSafeEqual(x, y)
}
