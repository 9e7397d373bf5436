import { canonicalName, parseCanonicalName } from '../ccprovider/cc-context.ts'
import { PeerError } from '../contract/error.ts'
import type { PeerFact } from '../contract/events.ts'
import type { RegistrationState } from '../contract/run-state.ts'
import type { ChaincodeStream } from '../comm/chaincode-stream.ts'
import type { Gate, Handler } from './handler.ts'
import type { HandlerRegistry } from './handler-registry.ts'
import { now } from '../facts/clock.ts'
import type { OpenedChaincode, SystemChaincode } from './opened-chaincode.ts'
import type { Takeovers } from './takeovers.ts'

export interface RegistrationParts {
  registry: HandlerRegistry
  /** Where chaincode connects. */
  address: () => string
  opened: (name: string) => OpenedChaincode | undefined
  openedNames: () => string[]
  /** By name. */
  systemChaincodes: ReadonlyMap<string, SystemChaincode>
  takeovers: Takeovers
  emit: (fact: PeerFact) => void
}

/**
 * Who may register on a stream, and what follows from it. Only chaincode that is open here may. Where its author starts
 * it, a second registration of a name waits for a word, and then replaces the first once its READY is sent. (Fabric
 * accepts any name, and leaves a second process of the same name waiting in silence.) Everything is reported as a fact.
 */
export function registrationGate(stream: ChaincodeStream, parts: RegistrationParts): Gate {
  const { registry, emit } = parts
  const openedAs = (canonical: string): OpenedChaincode | undefined => {
    const opened = parts.opened(parseCanonicalName(canonical).name)
    return opened !== undefined && canonicalName(opened.cc) === canonical ? opened : undefined
  }

  const report = (name: string, mspId: string | undefined, registration: RegistrationState) => {
    const fact = { type: 'registration', name, registration } as const
    emit(mspId === undefined ? fact : { type: 'instance', name, mspId, of: fact })
  }

  /** Nothing to wait for where nothing serves, or what Slipway started does: its author has asked for the change. */
  const takeover = (name: string, handler: Handler): Promise<void> | undefined => {
    const serving = registry.handler(name, handler.organisation)
    if (serving?.isAttached !== true) return undefined
    return parts.takeovers.ask(parseCanonicalName(name).name, handler, serving, stream)
  }

  /** Who it is, once that is known: its registration doesn't wait for it. */
  const introduce = async (name: string, handler: Handler): Promise<void> => {
    const from = await stream.origin?.()
    const { canonicalName: canonical, organisation } = handler
    if (from === undefined || registry.handler(canonical, organisation) !== handler) return
    report(name, organisation, { ...registrationOf(handler), from })
  }

  return {
    /**
     * @throws PeerError REGISTER_RESERVED, REGISTER_UNKNOWN_NAME, REGISTER_NOT_EXPECTED, REGISTER_OTHER_NAME,
     * STREAM_REFUSED, TAKEOVER_REFUSED
     */
    claim(name, handler) {
      if (stream.from === 'in-process') return undefined
      if (stream.admission !== undefined)
        return stream.admission.then((registersAs) => checkName(name, registersAs, openedAs(name), parts))
      checkName(name, stream.registersAs, openedAs(name), parts)
      return handler.isAttached ? takeover(name, handler) : undefined
    },

    ready(handler) {
      const opened = openedAs(handler.canonicalName)
      const launched = registry.isLaunching(handler.canonicalName)
      registry.ready(handler, (before) => {
        if (opened !== undefined) {
          if (!launched) opened.connected(handler)
          report(opened.cc.name, handler.organisation, registrationOf(handler))
          if (handler.isAttached) void introduce(opened.cc.name, handler)
        }
        before?.drain(new PeerError('STREAM_REPLACED', { canonicalName: handler.canonicalName }))
      })
    },

    release(handler, reason) {
      const ended = { at: now(), error: reason.toJSON() }
      parts.takeovers.withdraw(handler, reason)
      if (handler.canonicalName === '') return emit({ type: 'notice', notice: ended })
      if (!registry.release(handler)) return
      const opened = parts.opened(parseCanonicalName(handler.canonicalName).name)
      // Its version may have changed meanwhile: then a handler of the new version counts.
      const { organisation } = handler
      if (opened === undefined || registry.handler(canonicalName(opened.cc), organisation) !== undefined) return
      report(opened.cc.name, organisation, { state: 'none', since: ended.at, ended })
      opened.disconnected(handler, reason)
    },
  }
}

/**
 * `registersAs`: the only name that is allowed, where the stream was made for one.
 * @throws PeerError REGISTER_RESERVED, REGISTER_UNKNOWN_NAME, REGISTER_NOT_EXPECTED, REGISTER_OTHER_NAME
 */
function checkName(
  name: string,
  registersAs: string | undefined,
  opened: OpenedChaincode | undefined,
  parts: RegistrationParts,
): void {
  if (registersAs !== undefined && registersAs !== name) {
    throw new PeerError('REGISTER_OTHER_NAME', { canonicalName: registersAs, name })
  }
  const system = [...parts.systemChaincodes.values()].some(({ cc }) => canonicalName(cc) === name)
  if (system) throw new PeerError('REGISTER_RESERVED', { name })
  if (opened !== undefined) {
    const { connectsFrom } = opened
    if (registersAs !== undefined || connectsFrom === 'anywhere') return
    throw new PeerError('REGISTER_NOT_EXPECTED', { name, runs: connectsFrom })
  }
  const expected = parts.openedNames().flatMap((open) => parts.opened(open)?.cc ?? [])
  const details = { name, expected: expected.map(canonicalName), address: parts.address() }
  throw new PeerError('REGISTER_UNKNOWN_NAME', details)
}

/** The registration of a ready handler, with its times. */
function registrationOf(handler: Handler): RegistrationState {
  const readyAt = handler.readyAt ?? now()
  const establishedAt = handler.establishedAt ?? readyAt
  return { state: 'ready', since: readyAt, createdAt: handler.createdAt, establishedAt, readyAt }
}
