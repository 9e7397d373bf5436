// @module-tag slow
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { launchChromium } from '../support/chromium.ts'
import { buildDoors, startSlipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'
import { connectInspector, type InspectorClient } from '../support/inspector-client.ts'
import { needs } from '../support/require.ts'
import { card, goTo, openFunction, openWindow, registrationIs, says, typeAndSend } from '../support/window.ts'

const NAME = 'javascript-contract'
const SLOW_MS = 60_000

/** An editor that stops where a key is to be written. */
async function editorAt(port: number, folder: string): Promise<InspectorClient> {
  const editor = await connectInspector(port)
  const source = await readFile(join(folder, 'index.js'), 'utf8')
  const line = source.split('\n').findIndex((text) => text.includes('putState(key, Buffer.from(value))'))
  await editor.breakAt(`/${NAME}/index.js`, line)
  return editor
}

test('the command line says where the debugger is, that it is paused, and that it goes on', async () => {
  buildDoors()
  const folder = await fixture(NAME)
  const run = startSlipway(['run', '--debug', folder])
  await run.says(/Ready: javascript-contract/)
  const port = Number(/under its debugger, .* at 127\.0\.0\.1:(\d+)/.exec(run.stderr())?.[1])
  const editor = await editorAt(port, folder)
  const submit = startSlipway(['submit', folder, 'Put', 'a', 'one'])
  await editor.paused()
  await run.says(`${NAME}: paused in the debugger`)
  await submit.says(`${NAME}: paused in the debugger`)
  await editor.send('Debugger.resume')
  expect(await submit.ended).toMatchObject({ code: 0 })
  await run.says(`${NAME}: goes on`)
  editor.close()
})

const NOBODY = 65534

/** What the port answers to a request for V8's inspector, as this user or another; '' if it hangs up at once. */
async function asked(port: number, uid = 0): Promise<string> {
  // It gives up its rights only inside: another user may not be able to run this Node.
  const program = `
    process.setuid(${uid})
    const socket = require('node:net').connect(${port}, '127.0.0.1', () => socket.write('GET /json/version HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n'))
    socket.on('error', () => undefined)
    socket.once('data', (data) => { process.stdout.write(data); socket.destroy() })`
  const child = spawn(process.execPath, ['-e', program], { cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] })
  const [text] = await Promise.all([child.stdout.setEncoding('utf8').toArray(), once(child, 'close')])
  return text.join('')
}

const isRoot = process.platform === 'linux' && process.getuid?.() === 0

test.skipIf(!isRoot)('another user of the machine isn’t let in, as Delve itself would have it', async () => {
  buildDoors()
  const run = startSlipway(['run', '--debug', await fixture(NAME)])
  await run.says(/Ready: javascript-contract/)
  const port = Number(/under its debugger, .* at 127\.0\.0\.1:(\d+)/.exec(run.stderr())?.[1])
  expect(await asked(port)).toContain('Protocol-Version')
  expect(await asked(port, NOBODY)).toBe('')
})

needs('chromium').test('the window switches it on, shows the pause, and writes how an editor attaches', async () => {
  buildDoors()
  const browser = await launchChromium()
  try {
    const folder = await fixture(NAME)
    const page = await openWindow(browser, folder)
    await registrationIs(page, 'ready')
    const debuggerCard = card(page, 'Start under debugger')
    const pid = card(page, 'Started by').locator('dd').first()
    const before = await pid.textContent()
    await debuggerCard.getByRole('radio', { name: 'on', exact: true }).click()
    await says(debuggerCard, /127\.0\.0\.1:\d+/)
    // The old process serves until the new one is ready.
    await expect.poll(() => pid.textContent(), { timeout: SLOW_MS }).not.toBe(before)
    await registrationIs(page, 'ready')
    const port = Number(/127\.0\.0\.1:(\d+)/.exec((await debuggerCard.textContent()) ?? '')?.[1])

    const launch = join(folder, '.vscode', 'launch.json')
    await debuggerCard.getByRole('button', { name: 'Write launch.json' }).click()
    await says(debuggerCard, 'Written to')
    expect(await readFile(launch, 'utf8')).toContain(`"port": ${port}`)

    const editor = await editorAt(port, folder)
    await says(debuggerCard, '1 editor connected')
    await openFunction(page, 'Put')
    await typeAndSend(page, 'a', 'one')
    await editor.paused()
    await registrationIs(page, 'paused in the debugger')
    await says(page.getByRole('main'), 'is paused in the debugger')
    await goTo(page, 'Run')
    await says(debuggerCard.getByTestId('paused'), 'paused in the debugger')
    await editor.send('Debugger.resume')
    await registrationIs(page, 'ready')
    await goTo(page, 'Call')
    await says(page.getByTestId('call-status'), 'VALID · 200')
    await goTo(page, 'Run')
    await debuggerCard.getByRole('radio', { name: 'off', exact: true }).click()
    // What debugged it is hung up on once one without a debugger serves.
    await editor.closed
    await says(debuggerCard, 'Breakpoints without a clock')
  } finally {
    await browser.close()
  }
})
