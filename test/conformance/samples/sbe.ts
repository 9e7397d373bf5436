import { evaluate, fails, invalid, submit, type Sample, type Step } from './sample.ts'

const [ONE, TWO] = [{ endorsers: ['Org1MSP'] }, { endorsers: ['Org2MSP'] }]

/** The same with the public and with the private key. */
function life(key: 'pub' | 'priv'): Step[] {
  const at = key === 'priv' ? 'col: ' : ''
  const set = (value: string, endorsers = {}) =>
    submit('sbe:setval', [key, value], '', [`${at}write ${key}=${value}`], endorsers)
  const cannotSet = (value: string, endorsers: Pick<Step, 'endorsers'>) =>
    invalid('sbe:setval', [key, value], 'ENDORSEMENT_POLICY_FAILURE', [`${at}write ${key}=${value}`], endorsers)
  const changed = [`${at}read ${key}`, `${at}policy ${key}`]
  const orgs = (...mspIds: string[]) => evaluate('sbe:listorgs', [key], JSON.stringify(mspIds), [`${at}read ${key}`])
  const value = (text: string) => evaluate('sbe:getval', [key], text, [`${at}read ${key}`])
  return [
    set('foo'),
    orgs(),
    // Without a policy of its own the channel's majority is asked for, which is both.
    cannotSet('alone', ONE),
    submit('sbe:addorgs', [key, 'Org1MSP'], '', changed),
    orgs('Org1MSP'),
    // A key's own policy replaces the chaincode's: one organisation is enough, the other is not.
    set('val1', ONE),
    cannotSet('val2', TWO),
    value('val1'),
    invalid('sbe:addorgs', [key, 'Org2MSP'], 'ENDORSEMENT_POLICY_FAILURE', changed, TWO),
    submit('sbe:addorgs', [key, 'Org2MSP'], '', changed, ONE),
    orgs('Org1MSP', 'Org2MSP'),
    cannotSet('val3', TWO),
    cannotSet('val3', ONE),
    set('val4'),
    value('val4'),
    invalid('sbe:delorgs', [key, 'Org1MSP'], 'ENDORSEMENT_POLICY_FAILURE', changed, TWO),
    submit('sbe:delorgs', [key, 'Org1MSP'], '', changed),
    orgs('Org2MSP'),
    cannotSet('val5', ONE),
    set('val6', TWO),
    invalid('sbe:delep', [key], 'ENDORSEMENT_POLICY_FAILURE', [`${at}policy ${key}`], ONE),
    submit('sbe:delep', [key], '', [`${at}policy ${key}`], TWO),
    orgs(),
    cannotSet('val7', TWO),
    value('val6'),
    // With the key its policy goes.
    submit('sbe:addorgs', [key, 'Org1MSP'], '', changed),
    submit('sbe:delval', [key], '', [`${at}delete ${key}`], ONE),
    orgs(),
    // A policy of a key that is not there is committed and kept nowhere.
    submit('sbe:addorgs', [key, 'Org1MSP'], '', changed),
    orgs(),
    set('val8'),
    orgs(),
  ]
}

/** Policies of single keys. */
export const stateBasedEndorsement: Sample = {
  name: 'sbe',
  source:
    'Fabric v2.5 integration/chaincode/keylevelep and integration/sbe/sbe_test.go; core/common/validation/statebased; tx_ops.go',
  chaincode: 'shim',
  steps: [...life('pub'), ...life('priv'), fails('sbe:addorgs', ['pub'], 'no organisation is named')],
}
