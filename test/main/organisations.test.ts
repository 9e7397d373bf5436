// @module-tag slow
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { apply } from '../../core/contract/apply.ts'
import type { PeerEvent } from '../../core/contract/events.ts'
import type { PeerState } from '../../core/contract/state.ts'
import type { ChaincodeState } from '../../core/contract/chaincode-state.ts'
import { edit, startByHand } from '../scenario/author.ts'
import { ORGANISATIONS } from '../scenario/two-organisations.ts'
import { buildDoors, slipway, startSlipway, type Started } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { freeAddress } from '../support/free-port.ts'

beforeAll(buildDoors)

/** `slipway run FOLDER --json`, and the chaincode as its output has it. */
async function running(folder: string, ...flags: string[]): Promise<{ run: Started; chaincode(): ChaincodeState }> {
  const run = startSlipway(['run', folder, '--json', ...flags])
  const chaincode = () => {
    const [state] = Object.values(stateOf(run.stdout())?.chaincodes ?? {})
    if (state === undefined) throw new Error(`no chaincode is open: ${run.stderr()}`)
    return state
  }
  await eventually(() => stateOf(run.stdout())?.chaincodes).not.toEqual({})
  await run.says('listening')
  return { run, chaincode }
}

function stateOf(stdout: string): PeerState | undefined {
  const lines = stdout.split('\n').slice(0, -1)
  return lines
    .map((line) => JSON.parse(line) as { type: 'snapshot'; state: PeerState } | PeerEvent)
    .reduce<PeerState | undefined>((state, line) => {
      if (line.type === 'snapshot') return line.state
      return state && apply(state, line)
    }, undefined)
}

async function answerOf(folder: string, fn: string, ...flags: string[]): Promise<string> {
  const { stdout } = await slipway('evaluate', folder, fn, ...flags)
  const { payload, error } = JSON.parse(stdout) as { payload?: string; error?: { code: string } }
  return payload ?? error?.code ?? ''
}

describe('servers: an address for each organisation', () => {
  test('each organisation’s calls go to the server at its own address, as soon as there is one', async () => {
    const folder = await fixture('javascript-server')
    await edit(join(folder, 'server.js'), 'version:', 'organisation: async (stub) => stub.getMspID(),\n  version:')
    const [own, other] = [await freeAddress(), await freeAddress()]
    await writeFile(
      join(folder, 'slipway.yaml'),
      `startedBy: you\nserver: ${own}\nservers: { Org2MSP: '${other}' }\npeer: { organisations: [${ORGANISATIONS.join(', ')}] }\n`,
    )
    const { chaincode } = await running(folder)
    const asked = (mspId: string) => answerOf(folder, 'organisation', '--as', `User1@${mspId}`)
    await eventually(() => chaincode().commands['Org2MSP']?.env['CHAINCODE_SERVER_ADDRESS']).toBe(other)
    expect(chaincode().command.env['CHAINCODE_SERVER_ADDRESS']).toBe(own)
    expect(await asked('Org2MSP')).toBe('NOT_CONNECTED')

    startByHand(chaincode().command)
    await eventually(() => chaincode().registration.state).toBe('ready')
    // One serves both until the second is there.
    expect([await asked('Org1MSP'), await asked('Org2MSP')]).toEqual(['Org1MSP', 'Org1MSP'])

    const command = chaincode().commands['Org2MSP']
    if (command === undefined) throw new Error('there is no command for Org2MSP')
    const second = startByHand(command)
    await eventually(() => chaincode().instances['Org2MSP']?.registration.state).toBe('ready')
    expect([await asked('Org1MSP'), await asked('Org2MSP')]).toEqual(['Org1MSP', 'Org2MSP'])

    second.kill()
    await eventually(() => chaincode().instances['Org2MSP']?.registration.state).toBe('none')
    startByHand(command)
    await eventually(() => chaincode().instances['Org2MSP']?.registration.state).toBe('ready')
    expect(await asked('Org2MSP')).toBe('Org2MSP')
  })
})

describe('a second process of the same name', () => {
  /** A chaincode that its author starts, and the process that serves. */
  async function served(...flags: string[]) {
    const folder = await fixture('misbehaving')
    await writeFile(join(folder, 'slipway.yaml'), 'startedBy: you\n')
    const { run, chaincode } = await running(folder, ...flags)
    const first = startByHand(chaincode().command)
    await eventually(() => chaincode().registration.state).toBe('ready')
    const pid = await answerOf(folder, 'pid')
    return { run, chaincode, first, pid, ask: () => answerOf(folder, 'pid') }
  }

  test('waits, is announced with its pid and program, and serves once the first has ended', async () => {
    const { run, chaincode, first, pid, ask } = await served()
    const second = startByHand(chaincode().command)
    await eventually(() => chaincode().takeover?.from).toMatchObject({ program: expect.stringContaining('index.js') })
    const wants = String(chaincode().takeover?.from?.pid)
    await run.says(wants)
    expect(await ask()).toBe(pid)
    first.kill()
    await eventually(() => chaincode().takeover).toBeUndefined()
    await eventually(() => String(chaincode().registration.from?.pid)).toBe(wants)
    expect(await ask()).toBe(wants)
    second.kill()
  })

  test('takes over at once with --take-over, and the first is told', async () => {
    const { chaincode, first, pid, ask } = await served('--take-over')
    startByHand(chaincode().command)
    await eventually(() => chaincode().registration.from?.pid).not.toBe(Number(pid))
    const now = await ask()
    expect([now !== pid, now]).toEqual([true, String(chaincode().registration.from?.pid)])
    // Its stream has ended: its shim sees that, whatever it then does.
    first.kill()
    expect(await ask()).toBe(now)
  })
})

describe('the details of a call that two organisations don’t agree on', () => {
  async function failed(fn: string, ...args: string[]) {
    const folder = await fixture('two-orgs-typescript', 'built')
    await writeFile(
      join(folder, 'slipway.yaml'),
      `name: two-orgs\npeer: { organisations: [${ORGANISATIONS.join(', ')}] }\n`,
    )
    const { code, stdout } = await slipway('submit', folder, fn, ...args, '--endorsers', ORGANISATIONS.join())
    return { code, ...(JSON.parse(stdout) as { error: { code: string; details: unknown } }) }
  }

  test('4, with the key, the field, what each had there, and the likely cause', async () => {
    const { code, error } = await failed('Impure', 'time', 'k')
    expect([code, error.code]).toEqual([4, 'RESULTS_DIFFER'])
    expect(error.details).toMatchObject({
      organisations: ORGANISATIONS,
      differences: [
        {
          part: 'write',
          namespace: 'two-orgs',
          key: 'k',
          field: 'createdAt',
          cause: 'time',
          results: ORGANISATIONS.map((mspId) => ({ mspId })),
        },
      ],
    })
  })

  test('1, with what the peer answered that refused', async () => {
    const { code, error } = await failed('CreateAsset', 'a', '--transient', 'properties=x')
    expect([code, error.code]).toEqual([1, 'ENDORSEMENT_FAILED'])
    const message = expect.stringContaining('a client of Org1MSP may not use a peer of Org2MSP') as string
    expect(error.details).toMatchObject({ failures: [{ mspId: 'Org2MSP', message }] })
  })
})
