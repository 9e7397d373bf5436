import { argumentsOf, asset, json, written } from './asset.ts'
import { evaluate, fails, submit, type Sample } from './sample.ts'

const one = asset('asset1', 'blue', 5, 'Tomoko', 300)
const two = asset('asset2', 'red', 5, 'Brad', 400)
const three = asset('asset3', 'green', 10, 'Jin Soo', 500)
const six = asset('asset6', 'black', 15, 'Adriana', 800)

/** Create, read, update, delete; and what the contract API itself says. */
export const basic: Sample = {
  name: 'asset-transfer-basic',
  source:
    'fabric-samples asset-transfer-basic; what is wrong with a call: fabric-contract-api-go v2.2.0 contract_chaincode.go, fabric-shim 2.5.8 contract-spi, fabric-chaincode-java 2.5.4 contract/ContractRouter and contract/execution/impl/ContractExecutionService',
  chaincode: 'contract',
  steps: [
    submit('basic:InitLedger', [], '', [one, two, three].map(written)),
    // From the empty key on both shims ask from U+0001, which leaves out composite keys.
    evaluate('basic:GetAllAssets', [], json([one, two, three]), ['range \\1..: asset1 asset2 asset3']),
    submit('basic:CreateAsset', argumentsOf(six), '', ['read asset6', written(six)]),
    fails('basic:CreateAsset', argumentsOf(six), 'there is an asset asset6 already'),
    evaluate('basic:ReadAsset', ['asset6'], json(six), ['read asset6']),
    fails('basic:ReadAsset', ['asset9'], 'there is no asset asset9'),
    evaluate('basic:AssetExists', ['asset6'], 'true', ['read asset6']),
    evaluate('basic:AssetExists', ['asset9'], 'false', ['read asset9']),
    submit('basic:UpdateAsset', argumentsOf({ ...six, size: 1 }), '', ['read asset6', written({ ...six, size: 1 })]),
    fails('basic:UpdateAsset', argumentsOf({ ...six, id: 'asset9' }), 'there is no asset asset9'),
    submit('basic:TransferAsset', ['asset1', 'Ümit'], 'Tomoko', ['read asset1', written({ ...one, owner: 'Ümit' })]),
    submit('basic:DeleteAsset', ['asset2'], '', ['read asset2', 'delete asset2']),
    fails('basic:DeleteAsset', ['asset2'], 'there is no asset asset2'),
    evaluate('basic:GetAllAssets', [], json([{ ...one, owner: 'Ümit' }, three, { ...six, size: 1 }]), [
      'range \\1..: asset1 asset3 asset6',
    ]),
    // An answer of a transaction that only reads is committed too.
    submit('basic:AssetExists', ['asset1'], 'true', ['read asset1']),
    fails('basic:ReadAsset', [], {
      Go: 'incorrect number of params. Expected 1, received 0',
      Node: 'Expected 1 parameters, but 0 have been supplied',
      Java: 'Unexpected error',
    }),
    fails('basic:Nothing', [], {
      Go: 'Function Nothing not found in contract basic',
      Node: "You've asked to invoke a function that does not exist: basic:Nothing",
      Java: 'Undefined contract method called',
    }),
    fails('nowhere:Nothing', [], {
      Go: 'Contract not found with name nowhere',
      Node: 'Contract name is not known: nowhere',
      Java: 'Undefined contract called',
    }),
  ],
}
