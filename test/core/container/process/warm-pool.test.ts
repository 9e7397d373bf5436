// @module-tag slow
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { Script } from 'node:vm'
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js'
import { describe, expect, onTestFinished, test } from 'vitest'
import { steps } from '../../../support/start-steps.ts'
import { getArgsAndEnv } from '../../../../core/chaincode/launch-config.ts'
import { type ProcessSpec } from '../../../../core/container/process/process-spec.ts'
import { ProcessVM } from '../../../../core/container/process/process-vm.ts'
import { newWarmPool } from '../../../../core/container/process/warm-pool.ts'
import { warmProgram } from '../../../../core/container/process/warm-child.ts'
import type { Instance } from '../../../../core/container/vm.ts'
import { readProjects } from '../../../../core/platforms/detect.ts'
import { buildProject } from '../../../../core/platforms/platform.ts'
import { ChaincodeID, ChaincodeMessage, ChaincodeSupportService } from '../../../../core/protos/index.ts'
import { fixture, type FixtureName } from '../../../support/fixtures.ts'

/** A peer that answers REGISTER and nothing else. */
async function registrar() {
  const names: string[] = []
  let wake: () => void = () => undefined
  const server = new Server()
  server.addService(ChaincodeSupportService, {
    register(stream: ServerDuplexStream<InstanceType<typeof ChaincodeMessage>, unknown>) {
      stream.on('data', (message: InstanceType<typeof ChaincodeMessage>) => {
        if (message.getType() !== ChaincodeMessage.Type.REGISTER) return
        names.push(ChaincodeID.deserializeBinary(message.getPayload_asU8()).getName())
        wake()
      })
      stream.on('error', () => undefined)
    },
  })
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    )
  })
  onTestFinished(() => server.forceShutdown())
  return {
    address: `127.0.0.1:${port}`,
    names,
    async registered(count: number) {
      while (names.length < count) await new Promise<void>((resolve) => (wake = resolve))
    },
  }
}

async function setUp(name: FixtureName) {
  const folder = await fixture(name)
  const peer = await registrar()
  const instances: Instance[] = []
  const lines: string[] = []
  const pool = newWarmPool(path.join(folder, '.slipway'))
  const vm = new ProcessVM({
    print: (_built, line) => lines.push(line.text),
    warm: pool,
  })
  onTestFinished(() => pool.drop())
  const { projects } = await readProjects(folder)
  const [project] = projects
  if (project === undefined) throw new Error('no project')
  const built = await buildProject(project, {
    number: 1,
    print: () => undefined,
    note: () => undefined,
    timeoutMs: 60_000,
    signal: new AbortController().signal,
  })
  const ccid = `${project.name}:${project.version}`
  const { args, env } = getArgsAndEnv('node', ccid, peer.address, 'Org1MSP')
  const spec: ProcessSpec = {
    mspId: 'Org1MSP',
    ccid,
    containerName: `dev-${project.name}`,
    args,
    env,
    cwd: folder,
    argv: built.argv,
    built,
  }
  const started = () => instances.flatMap((instance) => instance.process ?? [])
  const start = async (): Promise<Instance> => {
    const instance = await vm.start(spec, new AbortController().signal, steps)
    instances.push(instance)
    onTestFinished(() => instance.stop())
    return instance
  }
  return { folder, peer, pool, vm, spec, lines, started, start }
}

describe.each(['javascript-contract', 'javascript-shim'] as const)('a warm %s', (name) => {
  test('takes over and registers as the cold one does', async () => {
    const { peer, pool, spec, started, start } = await setUp(name)
    await start()
    await peer.registered(1)
    await pool.prepare(spec)
    const instance = await start()
    await peer.registered(2)
    expect(started().map((process) => process.start)).toEqual(['cold', 'warm'])
    expect(started()[0]?.startReason).toBe('no warm process was ready yet')
    expect(started()[1]).not.toHaveProperty('startReason')
    expect(peer.names).toEqual([spec.ccid, spec.ccid])
    await instance.stop()
  })
})

describe('a warm process', () => {
  test('sees the same arguments, main module, environment and folder as a cold one', async () => {
    const { folder, pool, spec, lines, started, start } = await setUp('javascript-shim')
    const shown = `console.log(JSON.stringify([process.argv, require.main === module, process.cwd(), __filename,
      process.env.CORE_CHAINCODE_ID_NAME, process.send === undefined, module.paths, process.mainModule === module,
      process.connected]))\n`
    await writeFile(path.join(folder, 'probe.js'), shown)
    const ended = await (await start()).exited
    await pool.prepare(spec)
    const warm = await (await start()).exited
    expect(started().map((process) => process.start)).toEqual(['cold', 'warm'])
    expect(ended.code).toBe(0)
    expect(warm.code).toBe(0)
    expect(lines).toHaveLength(2)
    const [cold, hot] = lines.map((line) => JSON.parse(line) as unknown[])
    expect(hot?.slice(0, 5)).toEqual(cold?.slice(0, 5))
    expect(hot?.slice(6, 8)).toEqual(cold?.slice(6, 8))
  })

  test('an error in the author’s code is told once, as in a cold start', async () => {
    const { folder, pool, spec, lines, start } = await setUp('javascript-contract')
    await pool.prepare(spec)
    await writeFile(path.join(folder, 'index.js'), `throw new Error('my mistake')\n`)
    const exit = await (await start()).exited
    expect(exit.code).not.toBe(0)
    expect(lines.filter((line) => line.startsWith('Error: my mistake'))).toHaveLength(1)
  })

  test('is passed over, with the reason, where the dependencies changed, or it ended, or cannot load the shim', async () => {
    const { folder, pool, spec, started, start, peer } = await setUp('javascript-contract')
    await pool.prepare(spec)
    await utimes(path.join(folder, 'package-lock.json'), new Date(), new Date(Date.now() + 5_000))
    await start()
    await peer.registered(1)

    await pool.prepare({ ...spec, built: { ...spec.built, warm: { shim: '/nonexistent' } } })
    await start()
    await peer.registered(2)

    await pool.drop(spec.built.project.name)
    await start()
    await peer.registered(3)
    expect(started().map((process) => process.start)).toEqual(['cold', 'cold', 'cold'])
    expect(started()[0]?.startReason).toBe('the dependencies have changed')
    expect(started()[1]?.startReason).toMatch(/nonexistent/)
    expect(started()[2]?.startReason).toBe('no warm process was ready yet')
  })

  test('ends by itself when Slipway is gone', async () => {
    const { folder, spec } = await setUp('javascript-contract')
    const file = path.join(folder, 'warm.cjs')
    await writeFile(file, warmProgram())
    const { warm } = spec.built
    const [, ...main] = [...spec.argv, ...spec.args]
    const argv = [file, warm !== undefined && 'shim' in warm ? warm.shim : '', ...main]
    const child = spawn('node', argv, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    child.disconnect()
    const [code] = (await once(child, 'exit')) as [number | null]
    expect(code).toBe(0)
  })

  test('its program stands alone', () => {
    expect(() => new Script(warmProgram())).not.toThrow()
    expect(warmProgram()).not.toMatch(/\bimport\b|__vi|_import/)
  })
})
