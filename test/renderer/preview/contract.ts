import type { ContractMetadata } from '../../../core/contract/contract-metadata.ts'

const text = { type: 'string' }
const id = { name: 'id', schema: text }

/** The sample's contract metadata, with a parameter of each kind. */
export const contract: ContractMetadata = {
  title: 'asset-transfer',
  contracts: [
    {
      name: 'AssetTransferContract',
      isDefault: true,
      functions: [
        { name: 'AssetExists', parameters: [id], intent: 'evaluate' },
        {
          name: 'CreateAsset',
          parameters: [
            { name: 'asset', schema: { $ref: '#/components/schemas/Asset' } },
            { name: 'count', schema: { type: 'integer' } },
            { name: 'insured', schema: { type: 'boolean' } },
            { name: 'kind', schema: { type: 'string', enum: ['car', 'boat', 'house'] } },
          ],
        },
        { name: 'DeleteAsset', parameters: [id] },
        { name: 'GetAllAssets', parameters: [], intent: 'evaluate' },
        { name: 'InitLedger', parameters: [] },
        { name: 'ReadAsset', parameters: [id], intent: 'evaluate' },
        { name: 'SlowAsset', parameters: [] },
        { name: 'TransferAsset', parameters: [id, { name: 'newOwner', schema: text }] },
        { name: 'UpdateAsset', parameters: [id, { name: 'color', schema: text }] },
      ],
    },
    { name: 'org.hyperledger.fabric', isDefault: false, functions: [{ name: 'GetMetadata', parameters: [] }] },
  ],
  schemas: {
    Asset: {
      type: 'object',
      required: ['ID', 'Owner'],
      properties: { ID: text, Color: text, Size: { type: 'integer' }, Owner: text, AppraisedValue: { type: 'number' } },
    },
  },
}
