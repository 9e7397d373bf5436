import { AssetTransfer } from './asset-transfer'

export const contracts = [AssetTransfer]
