import { mkdir, writeFile } from 'node:fs/promises'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { connect as connectTcp } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket } from 'ws'
import { readAssets } from '../../main/host/assets.ts'
import { startHost } from '../../main/host/host.ts'
import { connectPeer } from '../../main/host/remote-peer.ts'
import { browserPages } from '../../main/browser/pages.ts'
import { openDoor, type Door, type DoorConfig } from '../../main/host/door.ts'
import { tempFolder } from '../support/temp.ts'

interface Answer {
  status: number
  headers: IncomingHttpHeaders
  body: string
}

async function doorWithPage(config: Partial<DoorConfig> = {}): Promise<Door> {
  const folder = await tempFolder('door')
  await mkdir(join(folder, 'dist', 'assets'), { recursive: true })
  await writeFile(join(folder, 'secret.txt'), 'not for a browser')
  await writeFile(join(folder, 'dist', 'index.html'), '<!doctype html><title>page</title>')
  await writeFile(join(folder, 'dist', 'assets', 'main.js'), 'export {}')
  return opened({ pages: browserPages(await readAssets(join(folder, 'dist'))), ...config })
}

async function opened(config: DoorConfig): Promise<Door> {
  const host = startHost({ door: 'browser' })
  const door = await openDoor(host, config)
  onTestFinished(async () => {
    await door.close()
    await host.close()
  })
  return door
}

function ask(door: Door, path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((settle, reject) => {
    const asked = httpRequest(
      { host: '127.0.0.1', port: door.port, path, method, headers, agent: false },
      (response) => {
        let body = ''
        response.on('data', (chunk: Buffer) => (body += chunk.toString()))
        response.on('end', () => settle({ status: response.statusCode ?? 0, headers: response.headers, body }))
      },
    )
    asked.on('error', reject)
    asked.end()
  })
}

function pathOf(address: string): string {
  const { pathname, search } = new URL(address)
  return pathname + search
}

async function newSession(door: Door): Promise<string> {
  const { headers } = await ask(door, pathOf(door.newAddress()))
  return headers['set-cookie']?.[0]?.split(';')[0] ?? ''
}

/** Resolves with `open`, or with the status of the refusal. */
function tryWire(door: Door, headers: Record<string, string>, path = '/wire'): Promise<'open' | number> {
  return new Promise((settle, reject) => {
    const ws = new WebSocket(`ws://127.0.0.1:${door.port}${path}`, { headers })
    ws.once('open', () => {
      settle('open')
      ws.close()
    })
    ws.once('unexpected-response', (_request, response) => {
      settle(response.statusCode ?? 0)
      ws.terminate()
    })
    ws.once('error', (error) => reject(error))
  })
}

describe('the token', () => {
  test('lets one browser in, and is gone from its address', async () => {
    const door = await doorWithPage()
    const { status, headers } = await ask(door, pathOf(door.newAddress()))
    expect(status).toBe(303)
    expect(headers.location).toBe('/')
    const [cookie = ''] = headers['set-cookie'] ?? []
    expect(cookie).toContain('HttpOnly')
    expect(cookie).toContain('SameSite=Strict')
    const page = await ask(door, '/', { Cookie: cookie.split(';')[0] ?? '' })
    expect(page.status).toBe(200)
    expect(page.body).toContain('<title>page</title>')
  })

  test('is good for one exchange', async () => {
    const door = await doorWithPage()
    const path = pathOf(door.newAddress())
    await ask(door, path)
    expect((await ask(door, path)).status).toBe(403)
  })

  test('used again by the browser it let in shows the page', async () => {
    const door = await doorWithPage()
    const path = pathOf(door.newAddress())
    const { headers } = await ask(door, path)
    const Cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? ''
    expect((await ask(door, path, { Cookie })).status).toBe(200)
  })

  test('followed from a page of another site goes on without a redirect', async () => {
    const door = await doorWithPage()
    const { status, headers, body } = await ask(door, pathOf(door.newAddress()), { 'Sec-Fetch-Site': 'cross-site' })
    expect(status).toBe(200)
    expect(headers['set-cookie']).toHaveLength(1)
    expect(body).toContain('url=/')
  })

  test('is not spent by a HEAD, as link previews send', async () => {
    const door = await doorWithPage()
    const path = pathOf(door.newAddress())
    expect((await ask(door, path, {}, 'HEAD')).status).toBe(403)
    expect((await ask(door, path)).status).toBe(303)
  })

  test.each(['/?token=', '/?token=guess', '/', '/assets/main.js', '/?token[]=x'])(
    'missing or wrong: %s',
    async (path) => {
      const door = await doorWithPage()
      expect((await ask(door, path)).status).toBe(403)
    },
  )
})

describe('requests of other pages', () => {
  test.each(['evil.example', 'evil.example:7080', '127.0.0.1', 'localhost', '127.0.0.1:1', '127.0.0.1.evil.example'])(
    'for the host %j are refused, even with a session',
    async (Host) => {
      const door = await doorWithPage()
      const Cookie = await newSession(door)
      expect((await ask(door, '/', { Host, Cookie })).status).toBe(403)
    },
  )

  test('get no leave to read an answer', async () => {
    const door = await doorWithPage()
    const Cookie = await newSession(door)
    const { headers } = await ask(door, '/', { Cookie, Origin: 'http://evil.example' })
    expect(headers['access-control-allow-origin']).toBeUndefined()
    expect(headers['cross-origin-resource-policy']).toBe('same-origin')
  })

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('that %s are refused', async (method) => {
    const door = await doorWithPage()
    const Cookie = await newSession(door)
    expect((await ask(door, '/', { Cookie }, method)).status).toBe(405)
  })
})

describe('every answer', () => {
  test.each(['/', '/assets/main.js', '/nothing'])('of %s carries the strict headers', async (path) => {
    const door = await doorWithPage()
    const { headers } = await ask(door, path, { Cookie: await newSession(door) })
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['referrer-policy']).toBe('no-referrer')
  })

  test('to a host that is not ours does not write that host into a header', async () => {
    const door = await doorWithPage()
    const { headers } = await ask(door, '/', { Host: "evil.example; script-src 'unsafe-inline'" })
    expect(JSON.stringify(headers)).not.toContain('evil')
  })
})

describe('paths', () => {
  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '//secret.txt',
    '/assets',
    '/constructor',
  ])('%s leads nowhere', async (path) => {
    const door = await doorWithPage()
    const answer = await ask(door, path, { Cookie: await newSession(door) })
    expect(answer.body).not.toContain('not for a browser')
    expect(answer.status).toBe(404)
  })

  test.each(['http://evil.example/', '//', '*', '/\\evil', 'http://[', '/%'])(
    'a target like %j is answered, not crashed on',
    async (target) => {
      const door = await doorWithPage()
      const answer = await rawRequest(door, target, await newSession(door))
      expect(answer).toMatch(/^HTTP\/1\.1 (200|400|403|404)/)
      expect((await ask(door, '/', { Cookie: await newSession(door) })).status).toBe(200)
    },
  )
})

/** What no HTTP client would send. */
function rawRequest(door: Door, target: string, cookie: string): Promise<string> {
  return new Promise((settle, reject) => {
    const socket = connectTcp(door.port, '127.0.0.1')
    let text = ''
    socket.on('data', (chunk) => (text += chunk.toString()))
    socket.on('close', () => settle(text))
    socket.on('error', reject)
    socket.end(
      `GET ${target} HTTP/1.1\r\nHost: 127.0.0.1:${door.port}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
    )
  })
}

describe('the wire', () => {
  test('opens for our own page with a session', async () => {
    const door = await doorWithPage()
    const Cookie = await newSession(door)
    expect(await tryWire(door, { Origin: `http://127.0.0.1:${door.port}`, Cookie })).toBe('open')
  })

  test('stays shut for a page of another site that has the cookie', async () => {
    const door = await doorWithPage()
    const Cookie = await newSession(door)
    for (const Origin of [
      'http://evil.example',
      'null',
      `https://127.0.0.1:${door.port}`,
      `http://localhost:${door.port}`,
    ]) {
      expect(await tryWire(door, { Origin, Cookie })).toBe(403)
    }
    expect(await tryWire(door, { Cookie })).toBe(403)
  })

  test('stays shut for our own page without a session', async () => {
    const door = await doorWithPage()
    const Origin = `http://127.0.0.1:${door.port}`
    expect(await tryWire(door, { Origin })).toBe(403)
    expect(await tryWire(door, { Origin, Cookie: `slipway-${door.port}=guess` })).toBe(403)
  })

  test('stays shut after DNS rebinding: the name is the attacker’s, the address ours', async () => {
    const door = await doorWithPage()
    const Cookie = await newSession(door)
    const Host = `evil.example:${door.port}`
    expect(await tryWire(door, { Host, Origin: `http://${Host}`, Cookie })).toBe(403)
  })

  test('opens for a command line with the bearer token, and for no page that learnt it', async () => {
    const door = await doorWithPage()
    const Authorization = `Bearer ${door.announcement.token}`
    expect(await tryWire(door, { Authorization })).toBe('open')
    expect(await tryWire(door, { Authorization, Origin: 'http://evil.example' })).toBe(403)
    expect(await tryWire(door, { Authorization: 'Bearer guess' })).toBe(403)
    expect(await tryWire(door, { Authorization }, '/other')).toBe(403)
  })

  test('is cut when it carries what no page of ours sends', async () => {
    const door = await doorWithPage()
    for (const nonsense of ['{', Buffer.from([1, 2, 3])]) {
      const ws = new WebSocket(door.announcement.url, {
        headers: { Authorization: `Bearer ${door.announcement.token}` },
      })
      const code = new Promise<number>((settle) => ws.once('close', settle))
      ws.once('open', () => ws.send(nonsense))
      expect(await code).toBe(1003)
    }
  })

  test('carries the news and the commands', async () => {
    const door = await opened({})
    const peer = await connectPeer({ pid: process.pid, ...door.announcement })
    onTestFinished(() => peer?.close())
    expect(peer?.state).toBeUndefined()
    const folder = await tempFolder('list')
    await mkdir(join(folder, 'sub'))
    const listing = await peer?.api.listFolders({ folder })
    expect(listing?.folders.map(({ name }) => name)).toEqual(['sub'])
    await expect(peer?.api.readNamespaces({ channel: 'c' })).rejects.toMatchObject({ code: 'NO_PEER' })
  })

  test('says that the door closed to the calls under way', async () => {
    const door = await opened({})
    const peer = await connectPeer({ pid: process.pid, ...door.announcement })
    await door.close()
    await expect(peer?.api.recentFolders({})).rejects.toMatchObject({ code: 'DISCONNECTED' })
  })
})

describe('the door', () => {
  test('says so where its port is taken', async () => {
    const first = await opened({})
    await expect(opened({ port: first.port })).rejects.toMatchObject({ code: 'DOOR_PORT_TAKEN' })
  })

  test('without pages lets in command lines only', async () => {
    const door = await opened({})
    expect((await ask(door, '/')).status).toBe(404)
    const Authorization = `Bearer ${door.announcement.token}`
    expect(await tryWire(door, { Authorization })).toBe('open')
    expect((await ask(door, '/address', { Authorization }, 'POST')).status).toBe(405)
  })

  test('gives a fresh address to whoever holds the bearer token', async () => {
    const door = await doorWithPage()
    const { body } = await ask(door, '/address', { Authorization: `Bearer ${door.announcement.token}` }, 'POST')
    const { address } = JSON.parse(body) as { address: string }
    expect((await ask(door, pathOf(address))).status).toBe(303)
    expect((await ask(door, '/address', {}, 'POST')).status).toBe(405)
  })
})
