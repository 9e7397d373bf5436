import { canonicalName, parseCanonicalName } from '../ccprovider/cc-context.ts'
import { PeerError } from '../contract/error.ts'
import type { PeerFact } from '../contract/events.ts'
import type { RegistrationState } from '../contract/run-state.ts'
import type { ChaincodeStream } from '../comm/chaincode-stream.ts'
import type { Gate, Handler } from './handler.ts'
import type { HandlerRegistry } from './handler-registry.ts'
import { now } from '../facts/clock.ts'
import type { OpenedChaincode, SystemChaincode } from './opened-chaincode.ts'

export interface RegistrationParts {
  registry: HandlerRegistry
  /** Where chaincode connects. */
  address: () => string
  opened: (name: string) => OpenedChaincode | undefined
  openedNames: () => string[]
  /** By name. */
  systemChaincodes: ReadonlyMap<string, SystemChaincode>
  emit: (fact: PeerFact) => void
}

/**
 * Who may register on a stream, and what follows from it. Only chaincode that is open here may, and a second
 * registration of a name replaces the first once its READY is sent. (Fabric accepts any name, and leaves a second
 * process of the same name waiting in silence.) Everything is reported as a fact.
 */
export function registrationGate(stream: ChaincodeStream, parts: RegistrationParts): Gate {
  const { registry, emit } = parts
  const openedAs = (canonical: string): OpenedChaincode | undefined => {
    const opened = parts.opened(parseCanonicalName(canonical).name)
    return opened !== undefined && canonicalName(opened.cc) === canonical ? opened : undefined
  }

  return {
    /** @throws PeerError REGISTER_RESERVED, REGISTER_UNKNOWN_NAME, REGISTER_NOT_EXPECTED, REGISTER_OTHER_NAME */
    claim(name) {
      if (stream.from === 'in-process') return
      if (stream.registersAs !== undefined && stream.registersAs !== name) {
        throw new PeerError('REGISTER_OTHER_NAME', { canonicalName: stream.registersAs, name })
      }
      const system = [...parts.systemChaincodes.values()].some(({ cc }) => canonicalName(cc) === name)
      if (system) throw new PeerError('REGISTER_RESERVED', { name })
      const opened = openedAs(name)
      if (opened !== undefined) {
        const { connectsFrom } = opened
        if (stream.registersAs !== undefined || connectsFrom === 'anywhere') return
        throw new PeerError('REGISTER_NOT_EXPECTED', { name, runs: connectsFrom })
      }
      const expected = parts.openedNames().flatMap((open) => parts.opened(open)?.cc ?? [])
      const details = { name, expected: expected.map(canonicalName), address: parts.address() }
      throw new PeerError('REGISTER_UNKNOWN_NAME', details)
    },

    ready(handler) {
      const opened = openedAs(handler.canonicalName)
      const launched = registry.isLaunching(handler.canonicalName)
      const before = registry.ready(handler)
      if (opened !== undefined) {
        if (!launched) opened.connected(handler)
        emit({ type: 'registration', name: opened.cc.name, registration: registrationOf(handler) })
      }
      before?.drain(new PeerError('STREAM_REPLACED', { canonicalName: handler.canonicalName }))
    },

    release(handler, reason) {
      const ended = { at: now(), error: reason.toJSON() }
      if (handler.canonicalName === '') return emit({ type: 'notice', notice: ended })
      if (!registry.release(handler)) return
      const opened = parts.opened(parseCanonicalName(handler.canonicalName).name)
      // Its version may have changed meanwhile: then a handler of the new version counts.
      if (opened === undefined || registry.handler(canonicalName(opened.cc)) !== undefined) return
      emit({ type: 'registration', name: opened.cc.name, registration: { state: 'none', since: ended.at, ended } })
      opened.disconnected(reason)
    },
  }
}

/** The registration of a ready handler, with its times. */
function registrationOf(handler: Handler): RegistrationState {
  const readyAt = handler.readyAt ?? now()
  const establishedAt = handler.establishedAt ?? readyAt
  return { state: 'ready', since: readyAt, createdAt: handler.createdAt, establishedAt, readyAt }
}
