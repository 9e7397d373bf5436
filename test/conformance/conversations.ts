import { expect, test } from 'vitest'
import { ChaincodeID, ChaincodeMessage, ChaincodeSpec } from '../../core/protos/index.ts'
import { eventually } from '../support/eventually.ts'
import { needs } from '../support/require.ts'
import { run } from './client.ts'
import { differences, type Conversation } from './compare.ts'
import { given } from './given.ts'
import { lacks } from './not-yet.ts'
import { onPurpose } from './on-purpose.ts'
import type { Outcome, Recording } from './recording.ts'
import { verdict } from './row.ts'
import { scene, shimOf, type Scene, type Shim } from './scene.ts'

const Type = ChaincodeMessage.Type

/** One test for each recording: the same conversation, held with this peer, is the same. */
export function testRecordings(title: string, recordings: Recording[]): void {
  if (recordings.length === 0) throw new Error(`no recordings: ${title}`)
  const inGo = (recording: Recording) => shimsOf(recording).some((shim) => shim.startsWith('Go'))
  const suite = (chosen: Recording[]) => () => {
    for (const recording of chosen) {
      const { name, fabric, messages, commands } = recording
      test.skipIf(lacks(name))(name, async ({ task }) => {
        const recorded = { messages, outcomes: commands.map(({ outcome }) => outcome) }
        const found = differences(recorded, await converse(recording))
        const meant = onPurpose[name]
        const shim = shimsOf(recording).join(', ') || 'none'
        task.meta.conformance = { recording: name, fabric, shim, ...verdict(found, meant?.reason) }
        expect(found).toEqual(meant?.differences ?? [])
      })
    }
  }
  const [go, other] = [recordings.filter(inGo), recordings.filter((recording) => !inGo(recording))]
  if (go.length > 0) needs('go').describe(`${title}, with Go`, suite(go))
  if (other.length > 0) needs().describe(title, suite(other))
}

/** Hold the recorded conversation with this peer. `played`: chaincodes by another shim than the one recorded. */
export async function converse(recording: Recording, played: Record<string, Shim> = {}): Promise<Conversation> {
  const { name, fabric, commands, messages } = recording
  const { before = [], kill } = given[name] ?? {}
  const here = await scene(fabric, chaincodesOf(recording), played)
  for (const [chaincode, ...args] of before)
    await run(here.peer.api, { kind: 'submit', chaincode, args, isInit: false })
  if (commands.length > 0) here.proxy.take()
  const outcomes: Outcome[] = []
  for (const command of commands) {
    const outcome = run(here.peer.api, command)
    if (kill !== undefined) await killInTransaction(here, kill)
    outcomes.push(await outcome)
  }
  // What a chaincode still asks after its transaction has ended, as after a timeout, comes later.
  await eventually(() => here.proxy.messages().length).toBeGreaterThanOrEqual(messages.length)
  return { messages: here.proxy.messages(), outcomes }
}

async function killInTransaction({ proxy, kill }: Scene, chaincode: string): Promise<void> {
  await eventually(() => proxy.sequence()).toContain('< TRANSACTION')
  kill(chaincode)
}

/** Those that the conversation is held with: called by the client, by each other, or registering. */
function chaincodesOf({ commands, messages }: Recording): string[] {
  const called = messages.flatMap(({ message }) => {
    const payload = message.getPayload_asU8()
    if (message.getType() === Type.REGISTER) return ChaincodeID.deserializeBinary(payload).getName()
    if (message.getType() !== Type.INVOKE_CHAINCODE) return []
    return ChaincodeSpec.deserializeBinary(payload).getChaincodeId()?.getName() ?? []
  })
  const names = [...commands.map(({ chaincode }) => chaincode), ...called].map((name) => name.split(/[:/]/)[0] ?? '')
  return [...new Set(names)]
}

function shimsOf(recording: Recording): Shim[] {
  return [...new Set(chaincodesOf(recording).flatMap((name) => shimOf(name, recording.fabric) ?? []))]
}
