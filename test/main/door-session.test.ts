import { createHmac } from 'node:crypto'
import { chmod, mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { proofText, type BrowserKey, type Challenge } from '../../core/contract/door-session.ts'
import { browserKeys } from '../../main/browser/browser-keys.ts'
import { readDoorFile, writeDoorFile } from '../../main/browser/door-file.ts'
import { browserPages } from '../../main/browser/pages.ts'
import { readAssets } from '../../main/host/assets.ts'
import { newSecret } from '../../main/host/door-guard.ts'
import { openDoor, type Door } from '../../main/host/door.ts'
import { startHost } from '../../main/host/host.ts'
import { tempFolder } from '../support/temp.ts'

const DAY_MS = 24 * 60 * 60_000

interface Answer {
  status: number
  body: unknown
  cookie: string | undefined
}

/** A door with this secret; each is one start of Slipway. */
async function doorOf(secret: string, now = Date.now): Promise<Door> {
  const folder = await tempFolder('door-session')
  await mkdir(join(folder, 'dist'))
  await writeFile(join(folder, 'dist', 'index.html'), '<!doctype html><title>page</title>')
  const host = startHost({ door: 'browser' })
  const pages = browserPages(await readAssets(join(folder, 'dist')), { keys: browserKeys(secret, now) })
  const door = await openDoor(host, { pages })
  onTestFinished(async () => {
    await door.close()
    await host.close()
  })
  return door
}

const originOf = (door: Door) => `http://127.0.0.1:${door.port}`

async function post(door: Door, path: string, body: object, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${originOf(door)}${path}`, {
    method: 'POST',
    headers: { Origin: originOf(door), ...headers },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  const isJson = response.headers.get('content-type') === 'application/json'
  return {
    status: response.status,
    body: isJson ? JSON.parse(text) : text,
    cookie: response.headers.get('set-cookie')?.split(';')[0],
  }
}

/** A browser that is admitted by an address, and its key. */
async function admitted(door: Door): Promise<BrowserKey & { cookie: string }> {
  const welcomed = await fetch(door.newAddress(), { redirect: 'manual' })
  const cookie = welcomed.headers.get('set-cookie')?.split(';')[0] ?? ''
  const { body } = await post(door, '/session/key', {}, { Cookie: cookie })
  return { ...(body as BrowserKey), cookie }
}

function proof(key: string, side: 'door' | 'browser', origin: string, challenge: string): string {
  return createHmac('sha256', Buffer.from(key, 'base64url'))
    .update(proofText(side, origin, challenge))
    .digest('base64url')
}

async function challenged(door: Door, id: string, nonce = 'nonce'): Promise<Challenge> {
  return (await post(door, '/session/challenge', { id, nonce })).body as Challenge
}

test('a browser comes back to the next start, which proves itself first', async () => {
  const secret = newSecret()
  const { id, key, cookie } = await admitted(await doorOf(secret))
  const next = await doorOf(secret)
  expect((await post(next, '/session/key', {}, { Cookie: cookie })).status).toBe(403)

  const answer = await challenged(next, id, 'mine')
  expect(answer.proof).toBe(proof(key, 'door', originOf(next), 'mine'))
  const { challenge } = answer
  const back = { id, challenge, proof: proof(key, 'browser', originOf(next), challenge) }
  const returned = await post(next, '/session/return', back)
  expect(returned.status).toBe(200)
  expect((await post(next, '/session/key', {}, { Cookie: returned.cookie ?? '' })).status).toBe(200)
  // What was overheard is of no use.
  expect((await post(next, '/session/return', back)).status).toBe(403)
})

test('no proof is taken that is for another side, another port or another challenge, or comes from another page', async () => {
  const secret = newSecret()
  const door = await doorOf(secret)
  const { id, key } = await admitted(door)
  const wrong = [
    (challenge: string) => proof(key, 'door', originOf(door), challenge),
    (challenge: string) => proof(key, 'browser', 'http://127.0.0.1:1', challenge),
    () => proof(key, 'browser', originOf(door), 'another'),
    () => '',
  ]
  for (const make of wrong) {
    const { challenge } = await challenged(door, id)
    const answer = await post(door, '/session/return', { id, challenge, proof: make(challenge) })
    expect(answer).toMatchObject({ status: 403, cookie: undefined })
  }
  const own = proof(key, 'browser', originOf(door), 'self-made')
  expect((await post(door, '/session/return', { id, challenge: 'self-made', proof: own })).status).toBe(403)

  for (const Origin of ['http://evil.example', 'null', `http://localhost:${door.port}`]) {
    const { challenge } = await challenged(door, id)
    const right = { id, challenge, proof: proof(key, 'browser', originOf(door), challenge) }
    expect((await post(door, '/session/return', right, { Origin })).status).toBe(403)
    expect((await post(door, '/session/challenge', { id, nonce: 'n' }, { Origin })).status).toBe(403)
  }
})

test('an id of another secret, a changed one and an old one are unknown', async () => {
  const secret = newSecret()
  let time = Date.now()
  const door = await doorOf(secret, () => time)
  const { id } = await admitted(door)
  const [name = '', issued = '', seal = ''] = id.split('.')
  const younger = `${name}.${Number(issued) + DAY_MS}.${seal}`
  for (const forged of [browserKeys(newSecret()).issue().id, younger, `${id}.`, '', '..', `${name}.${issued}`]) {
    expect((await post(door, '/session/challenge', { id: forged, nonce: 'n' })).status).toBe(403)
  }
  time += 29 * DAY_MS
  expect((await post(door, '/session/challenge', { id, nonce: 'n' })).status).toBe(200)
  time += 2 * DAY_MS
  expect((await post(door, '/session/challenge', { id, nonce: 'n' })).status).toBe(403)
})

test.each([{}, { id: 1, nonce: 2 }, [], { id: 'x'.repeat(10_000), nonce: 'n' }])(
  'nonsense is refused, and the door goes on',
  async (nonsense) => {
    const door = await doorOf(newSecret())
    // Too long a body is cut.
    const status = await post(door, '/session/challenge', nonsense).then(
      (answer) => answer.status,
      () => 400,
    )
    expect(status).toBe(400)
    expect((await fetch(door.newAddress(), { redirect: 'manual' })).status).toBe(303)
  },
)

test('a key is given to a session alone', async () => {
  const door = await doorOf(newSecret())
  const Authorization = `Bearer ${door.announcement.token}`
  expect((await post(door, '/session/key', {})).status).toBe(403)
  expect((await post(door, '/session/key', {}, { Authorization })).status).toBe(403)
})

test.skipIf(process.platform === 'win32')('the file counts only if its owner alone may read it', async () => {
  const folder = await tempFolder('door-file')
  const content = { port: 7080, secret: newSecret() }
  expect(await writeDoorFile(join(folder, 'missing'), content)).toBe(false)
  expect(await writeDoorFile(folder, content)).toBe(true)
  expect(await readDoorFile(folder)).toEqual(content)
  const file = join(folder, 'door.json')
  for (const mode of [0o640, 0o604, 0o622]) {
    await chmod(file, mode)
    expect(await readDoorFile(folder)).toBeUndefined()
  }
  await chmod(file, 0o600)
  for (const damage of ['', '{"port":0}', JSON.stringify({ ...content, secret: 'short' }), '[]']) {
    await writeFile(file, damage)
    expect(await readDoorFile(folder)).toBeUndefined()
  }
  const linked = await tempFolder('door-link')
  await writeDoorFile(folder, content)
  await symlink(file, join(linked, 'door.json'))
  expect(await readDoorFile(linked)).toBeUndefined()
  // A link that lies in wait isn't followed.
  const victim = join(folder, 'victim')
  await writeFile(victim, 'mine')
  await symlink(victim, join(linked, `door.json.${process.pid}`))
  expect(await writeDoorFile(linked, content)).toBe(true)
  expect(await readFile(victim, 'utf8')).toBe('mine')
})
