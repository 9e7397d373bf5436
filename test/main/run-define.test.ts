// @module-tag slow
import { beforeAll, expect, test } from 'vitest'
import { defineByHand } from '../support/by-hand.ts'
import { buildDoors, slipway, startSlipway } from '../support/command-line.ts'
import { fixture } from '../support/fixtures.ts'

beforeAll(buildDoors)

const NAME = 'javascript-contract'

test('what was defined by hand stays so, until it is run with --define', async () => {
  const folder = await fixture('javascript-contract', 'installed')
  const sequence = async () => {
    const asked = JSON.stringify({ name: NAME })
    const { stdout } = await slipway('evaluate', folder, 'QueryChaincodeDefinition', asked, '--chaincode', '_lifecycle')
    return (JSON.parse(stdout) as { decoded?: { version: string; sequence: number } }).decoded
  }
  const first = startSlipway(['run', folder, '--no-watch'])
  await first.says('Ready: ')
  await defineByHand(folder, NAME, '7', 2)
  first.child.kill('SIGTERM')
  await first.ended

  const plain = startSlipway(['run', folder, '--no-watch'])
  await plain.says('Ready: ')
  await plain.says('--define')
  expect(await sequence()).toMatchObject({ version: '7', sequence: 2 })
  plain.child.kill('SIGTERM')
  await plain.ended

  const defining = startSlipway(['run', folder, '--no-watch', '--define', '--json'])
  await defining.says('Ready: ')
  await defining.says(/"type":"definitions"[^\n]*"definedByHand":\[\]/)
  expect(await sequence()).toMatchObject({ version: '1.0.0', sequence: 3 })
})
