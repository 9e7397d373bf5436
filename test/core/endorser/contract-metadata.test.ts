import { expect, test } from 'vitest'
import { parseContractMetadata, readContractMetadata } from '../../../core/endorser/contract-metadata.ts'

const system = { name: 'org.hyperledger.fabric', transactions: [{ name: 'GetMetadata' }] }

test('decorated Node contracts: tags, parameters, returns, schemas', () => {
  const metadata = {
    $schema: 'https://fabric-shim.github.io/release-1.4/contract-schema.json',
    contracts: {
      AssetContract: {
        name: 'AssetContract',
        contractInstance: { name: 'AssetContract', default: true },
        transactions: [
          {
            name: 'CreateAsset',
            tag: ['SUBMIT', 'submitTx'],
            parameters: [{ name: 'id', description: '', schema: { type: 'string' } }],
          },
          {
            name: 'ReadAsset',
            tag: ['EVALUATE'],
            parameters: [],
            returns: [{ name: 'success', schema: { type: 'string' } }],
          },
          { name: 'Old', tag: [] },
        ],
        default: true,
      },
      'org.hyperledger.fabric': system,
    },
    info: { version: '1.0.0', title: 'asset-transfer' },
    components: { schemas: { Asset: { $id: 'Asset', type: 'object' } } },
  }
  expect(parseContractMetadata(JSON.stringify(metadata))).toEqual({
    title: 'asset-transfer',
    contracts: [
      {
        name: 'AssetContract',
        isDefault: true,
        functions: [
          {
            name: 'CreateAsset',
            parameters: [{ name: 'id', description: '', schema: { type: 'string' } }],
            intent: 'submit',
          },
          { name: 'ReadAsset', parameters: [], intent: 'evaluate', returns: { type: 'string' } },
          { name: 'Old', parameters: [], intent: 'evaluate' },
        ],
      },
    ],
    schemas: { Asset: { $id: 'Asset', type: 'object' } },
  })
})

test('plain Node, Go and Java contracts', () => {
  const metadata = {
    contracts: {
      Plain: {
        name: 'Plain',
        transactions: [{ name: 'Put', tags: ['SUBMIT', 'submitTx'], parameters: [{ name: 'arg0' }] }],
      },
      Go: {
        name: 'Go',
        default: true,
        transactions: [{ name: 'Read', tag: ['evaluate', 'EVALUATE'], returns: { $ref: '#/components/schemas/A' } }],
      },
      Java: {
        name: 'Java',
        transactions: [{ name: 'write', tags: ['submit'], returns: { type: 'string' } }, { tags: [] }],
      },
    },
  }
  const found = parseContractMetadata(JSON.stringify(metadata))
  expect(found?.contracts.map(({ name, isDefault }) => [name, isDefault])).toEqual([
    ['Plain', false],
    ['Go', true],
    ['Java', false],
  ])
  expect(found?.contracts.map(({ functions }) => functions)).toEqual([
    [{ name: 'Put', intent: 'submit', parameters: [{ name: 'arg0', schema: {} }] }],
    [{ name: 'Read', intent: 'evaluate', parameters: [], returns: { $ref: '#/components/schemas/A' } }],
    [{ name: 'write', intent: 'submit', parameters: [], returns: { type: 'string' } }],
  ])
  expect(found?.schemas).toEqual({})
})

test('anything but metadata is undefined, and the broken dependency is named', () => {
  for (const text of ['', 'hello', '[]', 'null', '{"contracts":[]}', '{}'])
    expect(parseContractMetadata(text)).toBeUndefined()
  expect(readContractMetadata('cc', { status: 500, message: 'no such function', payload: '' })).toBeUndefined()
  const fault = { status: 500, message: 'classToPlain is not a function', payload: '' }
  expect(() => readContractMetadata('cc', fault)).toThrow(expect.objectContaining({ code: 'CLASS_TRANSFORMER' }))
})
