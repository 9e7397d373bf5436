import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { getArgsAndEnv } from '../../core/chaincode/launch-config.ts'
import { archive } from '../support/archive.ts'
import { freePort } from '../support/free-port.ts'
import type { Connection } from './load.ts'
import { endOf, runToEnd } from './processes.ts'
import { CHANNEL, MSP_ID, peerMsp, separateTls, writeConfigs, type Places } from './real-config.ts'
import type { Scope } from './scope.ts'
import type { Start } from './sides.ts'
import type { Subject } from './subjects.ts'

const PROGRAMS = ['peer', 'orderer', 'configtxgen', 'cryptogen']
const READY_MS = 60_000
const LOOK_MS = 200
const CHAINCODE = 'bench'

/** Why no real peer can be measured here; undefined where FABRIC_BIN names a release's `bin`, with `config` beside it. */
export function withoutRealNetwork(): string | undefined {
  const bin = process.env.FABRIC_BIN
  if (bin === undefined) return 'FABRIC_BIN names no binaries of a real peer'
  const lacking = PROGRAMS.find((program) => !existsSync(join(bin, program)))
  if (lacking !== undefined) return `FABRIC_BIN has no ${lacking}`
  return existsSync(join(configOf(bin), 'core.yaml')) ? undefined : `${configOf(bin)} has no core.yaml`
}

const configOf = (bin: string) => resolve(dirname(resolve(bin)), 'config')

/**
 * A real peer and orderer (FABRIC_BIN) on this machine, with the subject's chaincode as the peer's external builder starts
 * it, and its asset in the state. The orderer cuts a block for each transaction.
 */
export async function realNetwork(scope: Scope, subject: Subject, say: (words: string) => void): Promise<Connection> {
  const bin = process.env.FABRIC_BIN ?? ''
  say('starting a real peer and orderer')
  const folder = await scope.folder('fabric')
  const ports = {
    ...{ peer: await freePort(), chaincode: await freePort(), orderer: await freePort() },
    ...{ cluster: await freePort(), admin: await freePort() },
  }
  const places = { folder, defaults: configOf(bin), ports }
  await writeConfigs(places)
  const env = { FABRIC_CFG_PATH: folder, FABRIC_LOGGING_SPEC: 'warning' }
  const run = (program: string, args: string[], more: Record<string, string> = {}) =>
    runToEnd(join(bin, program), args, folder, { ...env, ...more })
  await run('cryptogen', ['generate', '--config=crypto-config.yaml', '--output=crypto'])
  await separateTls(folder)
  await run('configtxgen', ['-profile', 'Bench', '-channelID', CHANNEL, '-outputBlock', 'genesis.block'])
  await writeBuilder(places, (await subject.prepare(scope)).start)
  const start = (program: string, args: string[]) => {
    const child = spawn(join(bin, program), args, { cwd: folder, env: { ...process.env, ...env }, stdio: 'ignore' })
    scope.defer(() => endOf(child, 'SIGTERM'))
  }
  start('orderer', [])
  await until('the orderer', () => joinOrderer(places))
  start('peer', ['node', 'start'])
  const admin = {
    CORE_PEER_LOCALMSPID: MSP_ID,
    CORE_PEER_MSPCONFIGPATH: join(peerMsp(folder), 'users/Admin@org1.example.com/msp'),
  }
  const peer = (...args: string[]) => run('peer', args, admin)
  await until('the peer', () => peer('channel', 'list'))
  await peer('channel', 'join', '-b', 'genesis.block')
  // It answers once it has a leader, and takes no transaction before.
  const newest = ['channel', 'fetch', 'newest', 'newest.block', '-c', CHANNEL, '-o', `127.0.0.1:${ports.orderer}`]
  await until(`the orderer's leader`, () => peer(...newest))
  await define(places, peer)
  const [fn, args] = subject.put('asset')
  const call = JSON.stringify({ function: fn, Args: args })
  const orderer = ['-o', `127.0.0.1:${ports.orderer}`]
  // The first call starts the chaincode; one before the channel's peers know of the definition is refused.
  await until('the chaincode', () =>
    peer('chaincode', 'invoke', ...orderer, '-C', CHANNEL, '-n', CHAINCODE, '-c', call, '--waitForEvent'),
  )
  const user = join(peerMsp(folder), 'users/User1@org1.example.com/msp')
  return {
    peer: `127.0.0.1:${ports.peer}`,
    mspId: MSP_ID,
    certificate: await onlyFileIn(join(user, 'signcerts')),
    privateKey: await onlyFileIn(join(user, 'keystore')),
    channel: CHANNEL,
    chaincode: CHAINCODE,
  }
}

async function joinOrderer({ folder, ports }: Places): Promise<void> {
  const form = new FormData()
  form.append('config-block', new Blob([await readFile(join(folder, 'genesis.block'))]), 'genesis.block')
  const url = `http://127.0.0.1:${ports.admin}/participation/v1/channels`
  const { status } = await fetch(url, { method: 'POST', body: form })
  if (status !== 201 && status !== 405) throw new Error(`the orderer answered ${status}`)
}

/** Install, approve and commit it. */
async function define({ folder, ports }: Places, peer: (...args: string[]) => Promise<string>): Promise<void> {
  const code = await archive({ 'README.md': 'The builder knows how it is started.\n' })
  const metadata = JSON.stringify({ type: 'bench', label: CHAINCODE })
  await writeFile(join(folder, 'bench.tar.gz'), await archive({ 'metadata.json': metadata, 'code.tar.gz': code }))
  await peer('lifecycle', 'chaincode', 'install', 'bench.tar.gz')
  const installed = JSON.parse(await peer('lifecycle', 'chaincode', 'queryinstalled', '-O', 'json')) as {
    installed_chaincodes: { package_id: string }[]
  }
  const definition = [
    ...['-o', `127.0.0.1:${ports.orderer}`, '--channelID', CHANNEL],
    ...['--name', CHAINCODE, '--version', '1.0', '--sequence', '1'],
  ]
  const packageId = installed.installed_chaincodes[0]?.package_id ?? ''
  await peer('lifecycle', 'chaincode', 'approveformyorg', ...definition, '--package-id', packageId)
  await peer('lifecycle', 'chaincode', 'commit', ...definition)
}

/** An external builder that takes any package, and starts the subject's program. */
async function writeBuilder({ folder, ports }: Places, { language, folder: cwd, argv }: Start): Promise<void> {
  const { args, env } = getArgsAndEnv(language, '$id', `127.0.0.1:${ports.chaincode}`, MSP_ID)
  const variables = Object.entries(env).map(([name, value]) => `${name}="${value}"`)
  const command = [...argv, ...args].map((word) => `'${word}'`).join(' ')
  const scripts = {
    detect: 'exit 0',
    build: 'exit 0',
    release: 'exit 0',
    run: [
      `id=$(sed 's/.*"chaincode_id":"\\([^"]*\\)".*/\\1/' "$2/chaincode.json" | head -n 1)`,
      `cd '${cwd}'`,
      `exec env ${variables.join(' ')} ${command}`,
    ].join('\n'),
  }
  const bin = join(folder, 'builder/bin')
  await mkdir(bin, { recursive: true })
  for (const [name, text] of Object.entries(scripts)) {
    await writeFile(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
  }
}

/** Try until it works; after a minute fail as it does. */
async function until<T>(what: string, work: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + READY_MS
  for (;;) {
    try {
      return await work()
    } catch (cause) {
      if (performance.now() > deadline) throw new Error(`${what} isn't ready: ${String(cause)}`, { cause })
      await sleep(LOOK_MS)
    }
  }
}

async function onlyFileIn(folder: string): Promise<string> {
  const [name = ''] = await readdir(folder)
  return readFile(join(folder, name), 'utf8')
}
