import type { ChaincodeState } from '../../../core/contract/chaincode-state.ts'
import { debugsIn, type DebuggerState, type DebugProtocol } from '../../../core/contract/debugger.ts'
import type { PeerState } from '../../../core/contract/state.ts'

const protocols: Record<DebugProtocol, string> = { inspector: 'Node’s inspector', jdwp: 'JDWP', delve: 'Delve' }

/**
 * Says where editors reach a chaincode's debugger, and when it begins and ceases to stand at a breakpoint; to be called
 * with every state. `places`: whether to say where.
 */
export function newDebuggerWords(
  tell: (text: string) => void,
  { places }: { places: boolean },
): (state: PeerState) => void {
  let known = new Map<string, DebuggerState>()
  let without = new Set<string>()
  return ({ chaincodes }) => {
    const all = Object.values(chaincodes)
    const next = new Map(all.flatMap(({ name, debugger: of }) => (of === undefined ? [] : [[name, of] as const])))
    for (const name of new Set([...known.keys(), ...next.keys()])) {
      for (const words of newWords(known.get(name), next.get(name), places)) tell(`${name}: ${words}`)
    }
    known = next

    const now = new Set(all.filter(runsWithout).map(({ name }) => name))
    for (const name of now) {
      if (places && !without.has(name))
        tell(
          `${name}: runs without its debugger, which is for what Slipway starts, and not for a service in a container`,
        )
    }
    without = now
  }
}

/** What is to be said of a change. */
function newWords(before: DebuggerState | undefined, after: DebuggerState | undefined, places: boolean): string[] {
  const stood = before?.pausedAt !== undefined
  const stands = after?.pausedAt !== undefined
  const isElsewhere = after !== undefined && after.port !== before?.port
  return [
    ...(places && isElsewhere ? [`under its debugger, ${protocols[after.protocol]} at 127.0.0.1:${after.port}`] : []),
    ...(stands && !stood ? ['paused in the debugger; no time runs out meanwhile'] : []),
    ...(stood && !stands ? ['goes on'] : []),
  ]
}

function runsWithout(chaincode: ChaincodeState): boolean {
  const { underDebugger, mode, startedBy } = chaincode
  return underDebugger && (!debugsIn(mode, chaincode) || (mode === 'dev' && startedBy === 'you'))
}
