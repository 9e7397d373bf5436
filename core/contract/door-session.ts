/**
 * How a browser that was admitted comes back after Slipway was restarted, without a new address. Each proves to the
 * other that it has the key agreed on before, and neither sends it: while Slipway is away, another user's program may
 * listen on its port, and must learn nothing that it could use later.
 */

/** What a door gives to a browser with a session: `key` is base64url, and the browser keeps it where no page can read it. */
export interface BrowserKey {
  id: string
  key: string
  /** Changes with each build of the page. */
  page: string
}

/** `POST /session/challenge`: who comes back, with a random text for the door to prove itself by. */
export interface ChallengeRequest {
  id: string
  nonce: string
}

/** The door's proof, and a random text for the browser to prove itself by. */
export interface Challenge {
  proof: string
  challenge: string
  page: string
}

/** `POST /session/return`, answered with a session's cookie. */
export interface ReturnRequest {
  id: string
  challenge: string
  proof: string
}

/** Paths of the door. */
export const sessionPaths = {
  key: '/session/key',
  challenge: '/session/challenge',
  return: '/session/return',
} as const

/**
 * What is signed with the key (HMAC-SHA-256, base64url). It names its side, so that no proof can be sent back, and the
 * origin, so that none is of use at another port.
 */
export function proofText(side: 'door' | 'browser', origin: string, challenge: string): string {
  return `slipway ${side}\n${origin}\n${challenge}`
}
