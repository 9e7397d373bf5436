import { expect, test } from 'vitest'
import { isUnknownFunction, nearestFunction } from '../../../core/endorser/nearest-function.ts'

const functions = (names: string[]) => names.map((name) => ({ name, parameters: [] }))
const metadata = {
  contracts: [
    { name: 'Assets', isDefault: true, functions: functions(['CreateAsset', 'ReadAsset', 'DeleteAsset']) },
    { name: 'Owners', isDefault: false, functions: functions(['Change']) },
  ],
  schemas: {},
}

test.each([
  ['CreatAsset', 'CreateAsset'],
  ['createasset', 'CreateAsset'],
  ['ReadAssets', 'ReadAsset'],
  ['Owners:Chang', 'Owners:Change'],
  ['Transfer', undefined],
])('%s is probably %s', (called, name) => {
  expect(nearestFunction(metadata, called)).toBe(name)
})

/** The words of fabric-contract-api 2.5 (contract.js), contractapi-go 2.2 (contract_chaincode.go), chaincode-java 2.5 (ContractRouter). */
test.each([
  ["You've asked to invoke a function that does not exist: Nope", true],
  ['Function Nope not found in contract Assets', true],
  ['Undefined contract method called', true],
  ['The asset a does not exist', false],
])('%s: %s', (message, unknown) => {
  expect(isUnknownFunction({ status: 500, message })).toBe(unknown)
  expect(isUnknownFunction({ status: 200, message })).toBe(false)
})
