import { createHash } from 'node:crypto'
import type { Assets } from '../host/assets.ts'
import type { Pages } from '../host/door.ts'
import type { Reply } from '../host/http-reply.ts'
import type { BrowserKeys } from './browser-keys.ts'
import { lockedPage, type Locked } from './locked-page.ts'
import { sessionPosts } from './sessions.ts'

export interface PagesConfig {
  /** By which browsers that were admitted come back after a restart; without it they need a new address. */
  keys?: BrowserKeys | undefined
  /** A browser got a key. */
  issued?: (() => void) | undefined
}

/**
 * The window in a browser: a token in the address starts a session, and a session gets the page and its files. Others
 * get a page that says how to come in.
 */
export function browserPages(assets: Assets, { keys, issued = () => undefined }: PagesConfig = {}): Pages {
  const locked = lockedPage(assets)

  const get: Pages['get'] = ({ headers, method, url = '/' }, reply, guard) => {
    // Not parsed as a URL: a request's target needn't be one, and none of our files has a path that isn't normal.
    const [pathname = '', ...query] = url.split('?')
    const token = new URLSearchParams(query.join('?')).get('token')
    if (pathname === '/' && token !== null && method === 'GET') {
      const session = guard.exchange(token)
      if (session !== undefined) {
        return welcome(headers['sec-fetch-site'] === 'cross-site', guard.cookie(session), reply)
      }
      if (!guard.hasSession(headers)) return locked.show(reply, 'used')
    }
    if (!guard.hasSession(headers)) return refuse(pathname, locked, reply)
    const asset = assets.get(pathname)
    if (asset === undefined) return reply.refuse(404, `Nothing is at ${pathname}.`)
    reply.send(200, asset.body, asset.headers)
  }
  if (keys === undefined) return { get }
  const page = createHash('sha256')
    .update(assets.get('/')?.body ?? '')
    .digest('base64url')
  return { get, post: sessionPosts({ keys, page, issued }) }
}

/** What needs no session is the page for those without one, and its files. */
function refuse(pathname: string, locked: Locked, reply: Reply): void {
  if (pathname === '/') return locked.show(reply, 'unknown')
  const file = locked.files.get(pathname)
  if (file === undefined) return reply.refuse(403, "This browser doesn't have a session here.")
  reply.send(200, file.body, file.headers)
}

/**
 * On to the page itself, without the token in its address. After a link from another page (a terminal in the browser),
 * a redirected browser wouldn't send a strict cookie: there the page itself goes on.
 */
function welcome(fromElsewhere: boolean, cookie: string, { send }: Reply): void {
  const headers = { 'Set-Cookie': cookie, 'Cache-Control': 'no-store' }
  if (!fromElsewhere) return send(303, '', { ...headers, Location: '/' })
  send(200, '<!doctype html><meta http-equiv="refresh" content="0; url=/"><title>Slipway</title>', {
    ...headers,
    'Content-Type': 'text/html; charset=utf-8',
  })
}
