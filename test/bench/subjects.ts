import { join } from 'node:path'
import { goProgram } from '../support/fixtures.ts'
import type { Floor } from './floor.ts'
import type { Scope } from './scope.ts'
import type { Ours } from './open-peer.ts'
import type { NamedCall, OtherBuild, OtherPeer } from './other-build.ts'
import { nodeStart, startFloor, startOn, startOurs, withoutGo, type Start } from './sides.ts'

/** A chaincode for both sides to serve, with one asset in its state. */
export interface Subject {
  dialect: string
  /** How rows of it are named. */
  suffix: string
  /** Why it cannot be measured here. */
  missing(): string | undefined
  /** Its folder, and how the floor starts it. */
  prepare(scope: Scope): Promise<{ folder: string; start: Start }>
  /** Writes the asset; another one where another name is given. */
  put(name: string): NamedCall
  /** Reads it. */
  get: NamedCall
}

export const javascript: Subject = {
  dialect: 'JavaScript',
  suffix: '',
  missing: () => undefined,
  async prepare(scope) {
    const folder = await scope.chaincode('javascript-contract')
    return { folder, start: nodeStart(folder) }
  },
  put: (name) => ['Put', [name, 'v'.repeat(100)]],
  get: ['Get', ['asset']],
}

export const go: Subject = {
  dialect: 'Go',
  suffix: '-go',
  missing: withoutGo,
  async prepare(scope) {
    const folder = await scope.chaincode('asset-transfer-go', 'bare')
    return { folder, start: { language: 'golang', folder, argv: [await goProgram('asset-transfer-go')] } }
  },
  put: (name) => ['CreateAsset', [name, 'blue', '5', 'Tomoko', '300']],
  get: ['ReadAsset', ['asset']],
}

/** Calls after which a Node chaincode no longer gets faster with each one. */
export const WARM_UP = 500

/** What takes turns: the bare server, this peer, and where there is one that of another build. */
export interface Sides {
  floor: Floor
  ours: Ours
  other: OtherPeer | undefined
}

/** All sides with the asset in their state. They must answer the same, or there is nothing to compare. */
export async function bothSides(scope: Scope, subject: Subject, against?: OtherBuild): Promise<Sides> {
  const { folder, start } = await subject.prepare(scope)
  const floor = await startFloor(scope)
  await startOn(floor, scope, start)
  const ours = await startOurs(scope, folder, { watch: false })
  const other = against && (await startOther(scope, subject, against))
  await floor.call(...subject.put('asset'))
  await ours.submit(...subject.put('asset'))
  const [theirs, own] = [await floor.call(...subject.get), await ours.evaluate(...subject.get)]
  if (theirs !== own) throw new Error(`the floor answers ${theirs}, the peer ${own}`)
  for (let n = 0; n < WARM_UP; n++) {
    await floor.call(...subject.get)
    await ours.evaluate(...subject.get)
  }
  return { floor, ours, other }
}

/** On a folder of its own: the two builds may not write the same data. */
async function startOther(scope: Scope, subject: Subject, against: OtherBuild): Promise<OtherPeer> {
  const { folder } = await subject.prepare(scope)
  const other = await against.open(scope, folder)
  await other.take({ kind: 'submit', width: 1, calls: [subject.put('asset')] })
  await other.take({ kind: 'evaluate', width: 1, calls: times(WARM_UP, () => subject.get) })
  return other
}

/** So many calls. */
export function times(count: number, call: () => NamedCall): NamedCall[] {
  return Array.from({ length: count }, call)
}

/** Chaincodes that walk a range to its end and answer how many results there were. */
export interface Walker extends Omit<Subject, 'put' | 'get'> {
  walk(from: string, to: string): NamedCall
}

export const javascriptWalker: Walker = {
  ...javascript,
  async prepare(scope) {
    const folder = await scope.chaincode('javascript-shim')
    return { folder, start: { language: 'node', folder, argv: ['node', join(folder, 'probe.js')] } }
  },
  walk: (from, to) => ['range', [from, to]],
}

export const goWalker: Walker = {
  ...go,
  async prepare(scope) {
    const folder = await scope.chaincode('go-shim-v2', 'bare')
    return { folder, start: { language: 'golang', folder, argv: [await goProgram('go-shim-v2')] } }
  },
  walk: (from, to) => ['count', [from, to]],
}
