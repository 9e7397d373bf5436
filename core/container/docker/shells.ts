import { PeerError } from '../../contract/error.ts'
import { waitFor } from '../../facts/wait.ts'
import type { DockerEngine, ExecSession, TerminalSize } from './engine/engine.ts'

/** Output that a terminal hasn't read yet, in bytes; beyond that the oldest is dropped. */
const MAX_UNREAD = 1024 * 1024
/** bash if the image has it, for its history and completion. */
const SHELL = ['/bin/sh', '-c', 'if command -v bash >/dev/null 2>&1; then exec bash; else exec sh; fi']

/** Terminals into containers, by number. */
export interface Shells {
  /** @throws PeerError NOT_IN_CONTAINER, DOCKER_* */
  open(args: { name: string; columns: number; rows: number }, signal?: AbortSignal): Promise<{ id: number }>
  /**
   * The output since the last read; waits until something arrives. After `ended` the shell is unknown.
   * @throws PeerError SHELL_UNKNOWN
   */
  read(args: { id: number }, signal?: AbortSignal): Promise<{ base64: string; ended?: { code: number | null } }>
  /** @throws PeerError SHELL_UNKNOWN */
  write(args: { id: number; base64: string }): Promise<void>
  /** @throws PeerError SHELL_UNKNOWN */
  resize(args: { id: number; columns: number; rows: number }): Promise<void>
  /** Does nothing if it is gone. */
  close(args: { id: number }): Promise<void>
  closeAll(): void
}

interface Shell {
  session: ExecSession
  unread: Buffer[]
  bytes: number
  ended: { code: number | null } | undefined
  /** Wakes the readers that wait for output. */
  waiting: Set<() => void>
}

export interface ShellsParts {
  engine(signal?: AbortSignal): Promise<DockerEngine>
  /** The id of the container in which a chaincode runs now; undefined without one. */
  containerOf(name: string): string | undefined
}

export function newShells(parts: ShellsParts): Shells {
  const shells = new Map<number, Shell>()
  let last = 0
  const shellOf = (id: number): Shell => {
    const shell = shells.get(id)
    if (shell === undefined) throw new PeerError('SHELL_UNKNOWN', { id })
    return shell
  }

  return {
    async open({ name, columns, rows }, signal) {
      const container = parts.containerOf(name)
      if (container === undefined) throw new PeerError('NOT_IN_CONTAINER', { canonicalName: name })
      const engine = await parts.engine(signal)
      const size: TerminalSize = { columns, rows }
      const session = await engine.exec(container, SHELL, size, signal)
      const shell: Shell = { session, unread: [], bytes: 0, ended: undefined, waiting: new Set() }
      const wakeReaders = () => {
        for (const wake of shell.waiting) wake()
        shell.waiting.clear()
      }
      session.onOutput((chunk) => {
        shell.unread.push(chunk)
        shell.bytes += chunk.length
        while (shell.bytes > MAX_UNREAD && shell.unread.length > 1) shell.bytes -= shell.unread.shift()?.length ?? 0
        wakeReaders()
      })
      void session.ended.then((code) => {
        shell.ended = { code }
        wakeReaders()
      })
      const id = (last += 1)
      shells.set(id, shell)
      return { id }
    },

    async read({ id }, signal) {
      const shell = shellOf(id)
      while (shell.bytes === 0 && shell.ended === undefined) {
        const woken = new Promise<void>((wake) => shell.waiting.add(wake))
        await waitFor(woken, { signal, onAbort: () => new PeerError('ABORTED', { what: 'Reading a shell' }) })
      }
      const base64 = Buffer.concat(shell.unread).toString('base64')
      shell.unread = []
      shell.bytes = 0
      if (shell.ended === undefined) return { base64 }
      shells.delete(id)
      return { base64, ended: shell.ended }
    },

    async write({ id, base64 }) {
      shellOf(id).session.write(Buffer.from(base64, 'base64'))
    },
    async resize({ id, columns, rows }) {
      const shell = shellOf(id)
      if (shell.ended === undefined) await shell.session.resize({ columns, rows })
    },
    async close({ id }) {
      shells.get(id)?.session.close()
      // A reader that waits still learns that it has ended.
      shells.delete(id)
    },
    closeAll() {
      for (const { session } of shells.values()) session.close()
      shells.clear()
    },
  }
}
