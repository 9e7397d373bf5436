import { expect } from 'vitest'
import { slipway } from './command-line.ts'

/** Approve and commit a definition with `_lifecycle`, in the peer that runs for the folder. */
export async function defineByHand(folder: string, name: string, version: string, sequence: number): Promise<void> {
  const wanted = JSON.stringify({ name, version, sequence })
  for (const fn of ['ApproveChaincodeDefinitionForMyOrg', 'CommitChaincodeDefinition']) {
    const { stdout } = await slipway('submit', folder, fn, wanted, '--chaincode', '_lifecycle')
    expect(JSON.parse(stdout)).toMatchObject({ validationCode: 'VALID' })
  }
}
