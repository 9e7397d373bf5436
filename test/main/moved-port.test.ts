// @module-tag slow
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { apply } from '../../core/contract/apply.ts'
import type { PeerEvent } from '../../core/contract/events.ts'
import type { PeerState } from '../../core/contract/state.ts'
import type { ReadyReport } from '../../main/cli/commands/ready-file.ts'
import { buildDoors, slipway, startSlipway } from '../support/command-line.ts'
import { eventually } from '../support/eventually.ts'
import { fixture } from '../support/fixtures.ts'
import { takenAddress } from '../support/free-port.ts'
import { tempFolder } from '../support/temp.ts'

beforeAll(buildDoors)

/** What `slipway run --json` has told so far. */
function stateIn(stdout: string): PeerState | undefined {
  let state: PeerState | undefined
  for (const line of stdout.split('\n').slice(0, -1)) {
    const news = JSON.parse(line) as { type: 'snapshot'; state?: PeerState } | (PeerEvent & { type: string })
    if (news.type === 'snapshot' && 'state' in news) state = news.state
    else if (state !== undefined && news.type !== 'snapshot') state = apply(state, news)
  }
  return state
}

test('ports for client applications that are taken: the next free ones are, said so with what was exported before', async () => {
  const folder = await fixture('javascript-contract')
  const [peer, orderer, ca] = [await takenAddress(), await takenAddress(), await takenAddress()]
  const settings = { listenAddress: peer, ordererListenAddress: orderer, fabricCA: { listenAddress: ca } }
  await writeFile(join(folder, 'slipway.yaml'), JSON.stringify({ peer: settings }))
  const out = join(await tempFolder('export'), 'client')
  const profile = () => readFile(join(out, 'connection-profile.json'), 'utf8')
  expect((await slipway('export', folder, '--out', out)).code).toBe(0)
  expect(await profile()).toContain(peer)

  const file = join(await tempFolder('ready'), 'ready.json')
  const run = startSlipway(['run', folder, '--json', '--ready-file', file])
  await run.says('Ready: ')
  const ready = JSON.parse(await readFile(file, 'utf8')) as ReadyReport
  expect(ready.moved).toEqual([
    { service: 'peer', mspId: 'Org1MSP', address: ready.peer, wanted: peer },
    { service: 'orderer', address: ready.orderer, wanted: orderer },
    { service: 'ca', mspId: 'Org1MSP', address: ready.ca, wanted: `http://${ca}` },
  ])
  for (const { address, wanted } of ready.moved) {
    expect(address).not.toBe(wanted)
    expect(run.stderr()).toMatch(new RegExp(`${wanted} .*${address}`))
  }
  expect(await readFile(join(ready.exported ?? '', 'connection-profile.json'), 'utf8')).toContain(ready.peer)
  const outdated = () => stateIn(run.stdout())?.outdatedExports.map(({ folder: of, error }) => [of, error.code])
  await eventually(outdated).toEqual([[out, 'EXPORT_OUTDATED']])
  expect(run.stderr()).toContain(out)

  expect((await slipway('export', folder, '--out', out)).code).toBe(0)
  expect(await profile()).toContain(ready.peer)
  expect(await profile()).not.toContain(peer)
  await eventually(outdated).toEqual([])
})

test('ports that are free are as asked for, and nothing is said to have moved', async () => {
  const folder = await fixture('javascript-contract')
  const any = '127.0.0.1:0'
  const peer = { listenAddress: any, ordererListenAddress: any, fabricCA: { listenAddress: any } }
  await writeFile(join(folder, 'slipway.yaml'), JSON.stringify({ peer }))
  const file = join(await tempFolder('ready'), 'ready.json')
  const run = startSlipway(['run', folder, '--ready-file', file])
  await run.says('Ready: ')
  expect((JSON.parse(await readFile(file, 'utf8')) as ReadyReport).moved).toEqual([])
  expect(run.stderr()).not.toContain(any)
})
