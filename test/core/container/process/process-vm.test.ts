import { readdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { isAlive } from '../../../support/is-alive.ts'
import { steps } from '../../../support/start-steps.ts'
import { getArgsAndEnv } from '../../../../core/chaincode/launch-config.ts'
import { type ProcessSpec } from '../../../../core/container/process/process-spec.ts'
import { ProcessVM } from '../../../../core/container/process/process-vm.ts'
import type { PrintLine } from '../../../../core/process/print-line.ts'
import { PeerError } from '../../../../core/contract/error.ts'
import type { Project } from '../../../../core/project/project.ts'
import { tempFolder } from '../../../support/temp.ts'

type Printed = Parameters<PrintLine>[0]

function project(folder: string): Project {
  return {
    folder,
    name: 'probe',
    version: '1.0',
    channel: 'mychannel',
    channels: ['mychannel'],
    language: 'node',
    dialect: 'JavaScript',
    buildTool: 'npm',
    mode: 'dev',
    startedBy: 'slipway',
    initRequired: false,
    env: { FROM_PROJECT: 'yes', CORE_PEER_LOCALMSPID: 'no' },
    ignore: [],
    terminal: { argv: [] },
  }
}

async function setUp(argv: string[]) {
  const folder = await tempFolder('process')
  const printed: Printed[] = []
  const vm = new ProcessVM({ print: (_built, line) => printed.push(line) })
  const { args, env } = getArgsAndEnv('node', 'probe:1.0', '127.0.0.1:1', 'Org1MSP')
  const spec: ProcessSpec = {
    mspId: 'Org1MSP',
    ccid: 'probe:1.0',
    containerName: 'dev-probe-1.0',
    args,
    env,
    cwd: folder,
    argv,
    built: { project: project(folder), build: 3, argv },
  }
  return { folder, printed, vm, spec }
}

const never = new AbortController().signal
const node = (script: string) => ['node', '-e', script, '--']

describe('ProcessVM', () => {
  test('gives Fabric’s arguments and environment, reads lines by stream, and tells start and exit', async () => {
    const { vm, spec, printed } = await setUp(
      node(`console.log(process.argv.slice(1).join(' '))
        for (const name of ['CORE_CHAINCODE_ID_NAME', 'CORE_PEER_LOCALMSPID', 'FROM_PROJECT']) console.log(process.env[name])
        console.error('oops'); process.exitCode = 3`),
    )
    const instance = await vm.start(spec, never, steps)
    const exit = await instance.exited
    const stdout = printed.filter((line) => line.stream === 'stdout').map((line) => line.text)
    expect(stdout).toEqual(['--peer.address 127.0.0.1:1', 'probe:1.0', 'Org1MSP', 'yes'])
    expect(printed.filter((line) => line.stream === 'stderr').map((line) => line.text)).toEqual(['oops'])
    expect(printed.every((line) => line.source === 'chaincode' && line.at > Date.now() - 60_000)).toBe(true)
    expect(exit).toMatchObject({ code: 3, signal: null })
    expect(exit.words).toMatch(/^exited with code 3 after \d+\.\d+ s$/)
    expect(exit.output.toSorted()).toEqual([...stdout, 'oops'].toSorted())
    expect(instance.process).toMatchObject({ build: 3, start: 'cold' })
  })

  test('keeps the last 50 lines of 100 MB of output', async () => {
    const { vm, spec, printed } = await setUp(
      node(`const line = 'y'.repeat(1023) + '\\n'
        let n = 0
        const write = () => { while (n < 100_000) { n++; if (!process.stdout.write(line)) return process.stdout.once('drain', write) } console.log('end') }
        write()`),
    )
    let count = 0
    printed.push = () => ++count
    const before = process.memoryUsage().rss
    const exit = await (await vm.start(spec, never, steps)).exited
    expect(exit.code).toBe(0)
    expect(count).toBe(100_001)
    expect(exit.output).toHaveLength(50)
    expect(exit.output.at(-1)).toBe('end')
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024)
  })

  test('a process that was killed says by what', async () => {
    const { vm, spec } = await setUp(node(`process.kill(process.pid, 'SIGKILL')`))
    const exit = await (await vm.start(spec, never, steps)).exited
    expect(exit).toMatchObject({ code: null, signal: 'SIGKILL' })
    expect(exit.words).toMatch(/^was killed by SIGKILL after/)
  })

  test('stop ends the whole tree, also what ignores TERM', async () => {
    const child = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('child ' + process.pid)`
    const { vm, spec, printed } = await setUp(
      node(`require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(child)}], { stdio: 'inherit' })
        process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)`),
    )
    const instance = await vm.start(spec, never, steps)
    const pid = await until(() => /child (\d+)/.exec(printed.map((line) => line.text).join(' '))?.[1])
    await Promise.all([instance.stop(), instance.stop()])
    await instance.stop()
    // Killed together with its parent, but on a busy machine it may end a moment after it.
    await until(() => (isAlive(Number(pid)) ? undefined : true))
    expect((await instance.exited).words).toMatch(/^was stopped after/)
  })

  test('what a chaincode leaves running goes when it exits, and does not hold its exit up', async () => {
    const { vm, spec, printed } = await setUp(
      node(`const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })
        child.unref(); console.log('child ' + child.pid); process.exitCode = 1`),
    )
    const exit = await (await vm.start(spec, never, steps)).exited
    const pid = Number(/child (\d+)/.exec(printed.map((line) => line.text).join(' '))?.[1])
    expect(exit.code).toBe(1)
    await until(() => (isAlive(pid) ? undefined : true))
  })

  test('a missing program, a missing tool and a missing folder are told apart', async () => {
    const { vm, spec } = await setUp(['no-such-program-here'])
    await expect(vm.start(spec, never, steps)).rejects.toMatchObject({ code: 'START_FAILED' })
    const path = process.env['PATH']
    process.env['PATH'] = '/nonexistent'
    try {
      await expect(vm.start({ ...spec, argv: ['go', 'version'] }, never, steps)).rejects.toMatchObject({
        code: 'TOOL_MISSING',
      })
    } finally {
      process.env['PATH'] = path
    }
  })

  test('an aborted start leaves nothing behind', async () => {
    const { vm, spec, folder } = await setUp(node(`setInterval(() => {}, 1000)`))
    const reason = new PeerError('ABORTED', { what: 'The launch' })
    await expect(vm.start(spec, AbortSignal.abort(reason), steps)).rejects.toBe(reason)
    const controller = new AbortController()
    const started = vm.start(spec, controller.signal, steps)
    controller.abort(reason)
    await expect(started).rejects.toBe(reason)
    expect(await processesIn(folder)).toEqual([])
  })

  test('an own start command of several words is run by the shell', async () => {
    const { vm, spec, printed, folder } = await setUp([
      '/bin/sh',
      '-c',
      'echo "$GREETING" && cat file.txt && echo "$@"',
      'sh',
    ])
    await writeFile(path.join(folder, 'file.txt'), 'from the folder\n')
    spec.built.project.env['GREETING'] = 'good day'
    await (
      await vm.start(spec, never, steps)
    ).exited
    expect(printed.map((line) => line.text)).toEqual(['good day', 'from the folder', '--peer.address 127.0.0.1:1'])
  })
})

async function processesIn(folder: string): Promise<string[]> {
  if (process.platform !== 'linux') return []
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const environs = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')))
  return pids.filter((_pid, at) => environs[at]?.includes(`PWD=${folder}`))
}

async function until<T>(look: () => T | undefined): Promise<T> {
  for (;;) {
    const value = look()
    if (value !== undefined) return value
    await sleep(10)
  }
}
