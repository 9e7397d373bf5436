// @module-tag slow
import { randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { beforeAll, expect, onTestFinished } from 'vitest'
import { buildDoors, slipway, startSlipway } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { preparedDelve } from '../support/fixture-cache.ts'
import { fixture } from '../support/fixtures.ts'
import { markedProcesses } from '../support/marked-processes.ts'
import { needs } from '../support/require.ts'
import { tempFolder } from '../support/temp.ts'

const { describe, test } = needs('go')
const MARK = 'SLIPWAY_KILLED_DEBUGGED'

/** `slipway run` on a Go chaincode whose Delve has started it, which Slipway doesn't hear of. */
async function loading() {
  const bin = await tempFolder('bin')
  const log = join(bin, 'log')
  const delve = join(await preparedDelve(), 'dlv')
  await writeFile(join(bin, 'dlv'), `#!/bin/sh\nexec "${delve}" "$@" >"${log}" 2>&1\n`, { mode: 0o755 })
  const folder = await fixture('go-shim-v2')
  await writeFile(join(folder, 'slipway.yaml'), 'debug: true\n')
  // Let go by its Delve, it would else end by itself: nobody listens.
  const main = join(folder, 'main.go')
  await writeFile(
    main,
    (await readFile(main, 'utf8')).replace('func main() {', 'func main() {\n\ttime.Sleep(time.Hour)'),
  )
  const id = randomUUID()
  const PATH = `${bin}${delimiter}${process.env['PATH'] ?? ''}`
  const run = startSlipway(['run', folder, '--trust', '--no-watch'], { PATH, [MARK]: id })
  const left = () => markedProcesses(`${MARK}=${id}`)
  onTestFinished(async () => {
    for (const { pid } of await left()) process.kill(pid, 'SIGKILL')
  })
  await expect.poll(() => readFile(log, 'utf8').catch(() => ''), { timeout: 200_000 }).toContain('API server listening')
  /** How many of Delve and of the program there are; Delve starts other processes too. */
  const both = async () => {
    const commands = (await left()).map(({ command }) => command)
    return [`${delve} exec `, join(folder, '.slipway')].map(
      (start) => commands.filter((command) => command.startsWith(start)).length,
    )
  }
  // It listens before it starts the program.
  await eventually(both).toEqual([1, 1])
  return { folder, run, left, both }
}

// Elsewhere a traced process ends with its tracer.
const onLinux = (name: string, body: () => Promise<void>) =>
  test(name, ({ skip }) => {
    skip(process.platform !== 'linux', 'only on Linux a program outlives its Delve')
    return body()
  })

describe('Slipway is killed while Delve loads a program', () => {
  beforeAll(buildDoors)
  beforeAll(async () => void (await preparedDelve()))

  onLinux('its guardian ends both', async () => {
    const { run, left } = await loading()
    run.child.kill('SIGKILL')
    await run.ended
    await eventually(left).toEqual([])
  })

  onLinux('and its guardian is killed too: the next start ends both', async () => {
    const { folder, run, left, both } = await loading()
    const guardians = (await left()).filter(({ command }) => command.includes('HUP INT QUIT TERM'))
    expect(guardians).toHaveLength(1)
    // It would start another one.
    run.child.kill('SIGSTOP')
    for (const { pid } of guardians) process.kill(pid, 'SIGKILL')
    run.child.kill('SIGKILL')
    await run.ended
    expect(await both()).toEqual([1, 1])
    expect((await slipway('evaluate', folder, 'GetChainInfo', 'mychannel', '--chaincode', 'qscc')).code).toBe(0)
    await eventually(left).toEqual([])
  })
})
