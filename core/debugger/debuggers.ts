import type { DebuggerState } from '../contract/debugger.ts'
import type { PeerFact } from '../contract/events.ts'
import type { Standstill } from '../facts/standstill.ts'
import { openDebugDoor, type DebugDoor } from './debug-door.ts'
import { checkDebuggable, type Startable } from './debuggable.ts'
import type { Debugged } from './debugged.ts'
import { runtimes } from './runtimes.ts'

/** A chaincode that is to be debugged. */
export interface DebugTarget extends Startable {
  /** Where editors are to connect, of 127.0.0.1; absent: the usual port of its language, or the next free one. */
  debugPort?: number | undefined
}

/** The doors to the debuggers of a peer's chaincodes, each opened when first asked for. */
export interface Debuggers {
  /** For its next process. @throws PeerError DEBUG_UNAVAILABLE, DEBUG_PORT_TAKEN, PORT_UNAVAILABLE */
  begin(target: DebugTarget): Promise<Debugged>
  /** It is debugged no longer; editors are hung up on. Without a name: none is. */
  close(name?: string): Promise<void>
}

export function newDebuggers(emit: (fact: PeerFact) => void, standstill: Standstill): Debuggers {
  const doors = new Map<string, Promise<DebugDoor>>()

  const open = (target: DebugTarget): Promise<DebugDoor> => {
    const { name, debugPort } = target
    const runtime = runtimes[checkDebuggable(target)]
    let isOpen = true
    const changed = (state: DebuggerState | null) => {
      if (isOpen) emit({ type: 'debugger', name, debugger: state })
    }
    const door = openDebugDoor({ name, runtime, standstill, changed }, debugPort).then((opened) => ({
      ...opened,
      async close() {
        changed(null)
        isOpen = false
        await opened.close()
      },
    }))
    // The next one to ask tries again.
    door.catch(() => doors.get(name) === door && doors.delete(name))
    return door
  }

  return {
    async begin(target) {
      let door = doors.get(target.name)
      if (door === undefined) doors.set(target.name, (door = open(target)))
      return (await door).begin()
    },
    async close(name) {
      const closing = [...doors].filter(([each]) => name === undefined || each === name)
      for (const [each] of closing) doors.delete(each)
      await Promise.allSettled(closing.map(async ([, door]) => (await door).close()))
    },
  }
}
