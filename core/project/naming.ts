import { PeerError } from '../contract/error.ts'

/** Fabric's rules: chaincodeNameRegExp, chaincodeVersionRegExp and the channel rule (core/scc/lscc/lscc.go v1.4.0, v2.x the same). */
export const NAME = /^[a-zA-Z0-9]+([-_][a-zA-Z0-9]+)*$/
export const VERSION = /^[A-Za-z0-9_.+-]+$/
/** Names that Fabric reserves for its own chaincodes (core/chaincode/lifecycle/scc.go v2.0.0, systemChaincodeNames). */
export const SYSTEM = ['cscc', 'escc', 'lscc', 'qscc', 'vscc']
const CHANNEL = /^[a-z][a-z0-9.-]{0,248}$/

/** Turn a text into a chaincode name: what Fabric doesn't allow becomes `-`. Undefined if nothing is left. */
export function toName(text: string): string | undefined {
  const name = text
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/[-_]*-[-_]*/g, '-')
    .replace(/_+/g, '_')
    .replace(/^[-_]+|[-_]+$/g, '')
  return name === '' ? undefined : name
}

/** A text as a version; undefined if it can't be one. */
export function toVersion(text: unknown): string | undefined {
  return typeof text === 'string' && VERSION.test(text) ? text : undefined
}

/** Throws NAME_INVALID unless Fabric allows all three. */
export function checkNames(names: { name: string; version: string; channel: string }): void {
  if (SYSTEM.includes(names.name)) {
    throw new PeerError('NAME_INVALID', {
      what: 'name',
      value: names.name,
      allowed: 'any name except those of system chaincodes',
    })
  }
  check('name', names.name, NAME, 'letters, digits, and single - or _ between them')
  check('version', names.version, VERSION, 'letters, digits and . _ + -')
  check('channel', names.channel, CHANNEL, 'lower-case letters, digits, . and -, beginning with a letter')
}

function check(what: string, value: string, rule: RegExp, allowed: string): void {
  if (!rule.test(value)) throw new PeerError('NAME_INVALID', { what, value, allowed })
}
