import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { OpenChaincode } from '../../core/contract/api.ts'
import { PeerError } from '../../core/contract/error.ts'
import type { PeerState } from '../../core/contract/state.ts'
import type { ChaincodeState } from '../../core/contract/chaincode-state.ts'
import type { LaunchCommand } from '../../core/contract/run-state.ts'
import type { BuildState } from '../../core/contract/launch-state.ts'
import { fixture, type FixtureName, type Readiness } from '../support/fixtures.ts'
import type { TestPeer } from '../support/peer.ts'

/** What an author does to one open chaincode, and sees of it. */
export interface Opened {
  name: string
  folder: string
  state(): ChaincodeState
  /** Of the process that serves; it is told a moment after its registration. */
  pid(): Promise<number>
  /** The payload that a call answers. */
  evaluate(fn: string, ...args: string[]): Promise<string>
  submit(fn: string, ...args: string[]): Promise<string>
  /** Put `to` where `from` stands in a file, as an editor saves it. */
  edit(file: string, from: string, to: string): Promise<void>
  /** Resolves with the build once it has ended so. */
  build(number: number, state: BuildState['state']): Promise<BuildState>
  /** Resolves with the build once it has failed, and it is told that something is wrong. */
  failed(number: number): Promise<BuildState>
  ready(): Promise<ChaincodeState>
  /** Waits until it is so of this chaincode. */
  eventually<T>(what: string, predicate: (state: ChaincodeState) => T | undefined | false): Promise<T>
}

/** Open a copy of a fixture and wait until its first build serves. */
export async function openFixture(
  peer: TestPeer,
  fixtureName: FixtureName,
  args: Omit<OpenChaincode, 'folder'> & { readiness?: Readiness } = {},
): Promise<Opened> {
  const { readiness = 'installed', ...open } = args
  const opened = await openFolder(peer, { folder: await fixture(fixtureName, readiness), ...open })
  await opened.build(1, 'serving')
  return opened
}

/** Open a folder as it is; it may never become ready. */
export async function openFolder(peer: TestPeer, args: OpenChaincode): Promise<Opened> {
  const { name } = await peer.api.openChaincode(args)
  return opened(peer, name)
}

/** One of the chaincodes that are open. */
export function opened(peer: TestPeer, name: string): Opened {
  const { api, chaincode } = peer
  const { folder } = chaincode(name)
  const eventually: Opened['eventually'] = (what, predicate) =>
    peer.eventually(`${name}: ${what}`, ({ chaincodes }) => {
      const state = chaincodes[name]
      return state && predicate(state)
    })
  return {
    name,
    folder,
    state: () => chaincode(name),
    pid: () => eventually('it has a process', ({ process }) => process?.pid),
    evaluate: async (fn, ...args) => answer(await api.evaluate({ chaincode: name, function: fn, args })),
    submit: async (fn, ...args) => answer(await api.submit({ chaincode: name, function: fn, args })),
    edit: (file, from, to) => edit(join(folder, file), from, to),
    build: (number, state) =>
      eventually(`build ${number} is ${state}`, ({ builds }) =>
        builds.find((build) => build.number === number && build.state === state),
      ),
    failed: (number) =>
      eventually(`build ${number} has failed`, ({ builds, error }) => {
        const build = builds.find((each) => each.number === number)
        return build?.state === 'failed' && error !== undefined && build
      }),
    ready: () => eventually('it is ready', (state) => state.registration.state === 'ready' && state),
    eventually,
  }
}

/** At one go, so that nobody reads half a file. */
export async function edit(file: string, from: string, to: string): Promise<void> {
  const text = await readFile(file, 'utf8')
  if (!text.includes(from)) throw new Error(`${file} does not contain ${from}`)
  writeFileSync(file, text.replace(from, to))
}

function answer({ status, message, payload }: { status: number; message: string; payload: string }): string {
  if (status !== 200) throw new Error(`${status}: ${message}`)
  return payload
}

/** The code of the PeerError that a promise rejects with. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  )
  if ('value' in outcome) throw new Error(`it was expected to fail, and answered ${JSON.stringify(outcome.value)}`)
  if (!(outcome.error instanceof PeerError)) throw outcome.error
  return outcome.error.code
}

/** A process in the author's own terminal. */
export interface Terminal {
  /** KILL it and all it started. */
  kill(): void
  readonly exited: Promise<number | null>
  output(): string
}

/** Paste the shown command into a shell and press Enter. Whatever still runs ends with the test. */
export function startByHand(command: Pick<LaunchCommand, 'text' | 'folder'>): Terminal {
  const windows = process.platform === 'win32'
  const [shell, args] = windows ? ['powershell.exe', ['-NoProfile', '-Command']] : ['/bin/sh', ['-c']]
  const child = spawn(shell, [...args, command.text], { cwd: command.folder, detached: !windows, stdio: 'pipe' })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const exited = once(child, 'exit').then(([code]: (number | null)[]) => code ?? null)
  const kill = () => {
    if (child.pid === undefined) return
    if (windows) return void spawn('taskkill', ['/pid', String(child.pid), '/T', '/F'], { stdio: 'ignore' })
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }
  onTestFinished(async () => {
    kill()
    await exited
  })
  return { kill, exited, output: () => output }
}

/** The chaincodes of a state that are ready, by name. */
export function readyNames(state: PeerState): string[] {
  return Object.values(state.chaincodes).flatMap(({ name, registration }) =>
    registration.state === 'ready' ? [name] : [],
  )
}
