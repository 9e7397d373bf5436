import { setImmediate } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { openLedgers } from '../../../../core/ledger/ledgers.ts'
import { definitionKey } from '../../../../core/privdata/definition-keys.ts'
import { ChaincodeEndorsementInfo, StateData } from '../../../../core/protos/lifecycle.ts'
import { handDefinitions } from '../../../../core/scc/lifecycle/hand-definitions.ts'
import { tempFolder } from '../../../support/temp.ts'
import { CHANNEL, commitBlock, prepare } from '../../ledger/envelopes.ts'

const NAME = 'feature'
const SPIN_MS = 50

test('a definition whose block is being written doesn’t count yet, and is no error', async () => {
  const ledgers = await openLedgers(await tempFolder('ledger'))
  onTestFinished(() => ledgers.close())
  const ledger = ledgers.ledger(CHANNEL)
  const hands = handDefinitions(() => ledger)
  const { namespace, key } = definitionKey(NAME, 'Sequence')
  const blockOf = () => ledger.state.get(namespace, key)?.version.block ?? -1

  async function define(sequence: number): Promise<{ committed: Promise<unknown> }> {
    const data = new StateData()
    data.setInt64(sequence)
    const info = new ChaincodeEndorsementInfo()
    info.setVersion(String(sequence))
    const infoData = new StateData()
    infoData.setBytes(info.serializeBinary())
    const { envelope } = await prepare(ledger, (simulator) => {
      simulator.setState(namespace, key, data.serializeBinary())
      simulator.setState(namespace, definitionKey(NAME, 'EndorsementInfo').key, infoData.serializeBinary())
    })
    return { committed: commitBlock(ledger, [envelope]) }
  }

  await (
    await define(1)
  ).committed
  expect(hands.find(CHANNEL, NAME)).toMatchObject({ sequence: 1, version: '1' })
  let sequence = 1
  let wasSeen = false
  // The state may come and the block be told of between two looks: then the next definition is looked at.
  while (!wasSeen && sequence < 40) {
    sequence += 1
    const before = ledger.height()
    const { committed } = await define(sequence)
    while (ledger.height() === before && !wasSeen) {
      await setImmediate()
      // Nothing of the commit goes on here meanwhile, but what is written is.
      for (const end = Date.now() + SPIN_MS; Date.now() < end && blockOf() < ledger.height(););
      wasSeen = blockOf() === ledger.height()
      if (wasSeen) expect(hands.find(CHANNEL, NAME)).toMatchObject({ sequence: sequence - 1 })
    }
    await committed
    expect(hands.find(CHANNEL, NAME)).toMatchObject({ sequence, version: String(sequence) })
  }
  expect(wasSeen).toBe(true)
})
