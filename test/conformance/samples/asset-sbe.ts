import { json } from './asset.ts'
import { evaluate, fails, invalid, submit, type Sample } from './sample.ts'

const [ONE, TWO] = [{ endorsers: ['Org1MSP'] }, { endorsers: ['Org2MSP'] }]
const held = (owner: string, ownerOrg: string, value: number) => json({ id: 'held1', owner, ownerOrg, value })
const write = (...of: Parameters<typeof held>) => `write held1=${held(...of)}`

/** The owner's organisation must endorse, and a transfer changes which that is. */
export const assetStateBased: Sample = {
  name: 'asset-transfer-sbe',
  source: 'fabric-samples asset-transfer-sbe; Fabric v2.5 core/common/validation/statebased/validator_keylevel.go',
  chaincode: 'contract',
  steps: [
    // There was no policy when it was endorsed, so the channel's counts: both.
    invalid(
      'sbe:CreateAsset',
      ['held1', '100', 'ann'],
      'ENDORSEMENT_POLICY_FAILURE',
      [write('ann', 'Org1MSP', 100), 'policy held1'],
      ONE,
    ),
    fails('sbe:ReadAsset', ['held1'], 'there is no asset held1'),
    submit('sbe:CreateAsset', ['held1', '100', 'ann'], '', [write('ann', 'Org1MSP', 100), 'policy held1']),
    evaluate('sbe:ReadAsset', ['held1'], held('ann', 'Org1MSP', 100), ['read held1']),
    submit('sbe:UpdateAsset', ['held1', '110'], '', ['read held1', write('ann', 'Org1MSP', 110)], ONE),
    invalid(
      'sbe:UpdateAsset',
      ['held1', '1'],
      'ENDORSEMENT_POLICY_FAILURE',
      ['read held1', write('ann', 'Org1MSP', 1)],
      TWO,
    ),
    invalid(
      'sbe:TransferAsset',
      ['held1', 'bob', 'Org2MSP'],
      'ENDORSEMENT_POLICY_FAILURE',
      ['read held1', write('bob', 'Org2MSP', 110), 'policy held1'],
      TWO,
    ),
    submit(
      'sbe:TransferAsset',
      ['held1', 'bob', 'Org2MSP'],
      '',
      ['read held1', write('bob', 'Org2MSP', 110), 'policy held1'],
      ONE,
    ),
    invalid(
      'sbe:UpdateAsset',
      ['held1', '1'],
      'ENDORSEMENT_POLICY_FAILURE',
      ['read held1', write('bob', 'Org2MSP', 1)],
      ONE,
    ),
    submit('sbe:UpdateAsset', ['held1', '120'], '', ['read held1', write('bob', 'Org2MSP', 120)], TWO),
    invalid('sbe:DeleteAsset', ['held1'], 'ENDORSEMENT_POLICY_FAILURE', ['read held1', 'delete held1'], ONE),
    evaluate('sbe:ReadAsset', ['held1'], held('bob', 'Org2MSP', 120), ['read held1']),
    submit('sbe:DeleteAsset', ['held1'], '', ['read held1', 'delete held1'], TWO),
    fails('sbe:ReadAsset', ['held1'], 'there is no asset held1'),
  ],
}
