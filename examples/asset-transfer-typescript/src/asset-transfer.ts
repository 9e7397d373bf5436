import { Context, Contract, Info, Returns, Transaction } from 'fabric-contract-api'
import { Asset, fromBytes, toBytes } from './asset'

/** Composite keys `owner~id → nothing`: they find the assets of one owner without reading all the others. */
const BY_OWNER = 'owner~id'
const NOTHING = Buffer.from([0])

const FIRST_ASSETS: Asset[] = [
  { id: 'asset1', color: 'blue', size: 5, owner: 'Tomoko', appraisedValue: 300 },
  { id: 'asset2', color: 'red', size: 5, owner: 'Brad', appraisedValue: 400 },
  { id: 'asset3', color: 'green', size: 10, owner: 'Jin Soo', appraisedValue: 500 },
]

@Info({ title: 'AssetTransfer', description: 'Create, read, change and transfer assets' })
export class AssetTransfer extends Contract {
  /** Put a few assets on the ledger to begin with. */
  @Transaction()
  async InitLedger(ctx: Context): Promise<void> {
    for (const asset of FIRST_ASSETS) await this.#put(ctx, asset)
    console.log(`The ledger begins with ${FIRST_ASSETS.length} assets`)
  }

  @Transaction()
  @Returns('Asset')
  async CreateAsset(
    ctx: Context,
    id: string,
    color: string,
    size: number,
    owner: string,
    appraisedValue: number,
  ): Promise<Asset> {
    if (await this.AssetExists(ctx, id)) throw new Error(`Asset ${id} exists already`)
    const asset = { id, color, size, owner, appraisedValue }
    await this.#put(ctx, asset)
    return asset
  }

  @Transaction(false)
  @Returns('Asset')
  async ReadAsset(ctx: Context, id: string): Promise<Asset> {
    const bytes = await ctx.stub.getState(id)
    if (bytes.length === 0) throw new Error(`Asset ${id} does not exist`)
    return fromBytes(bytes)
  }

  /** Change everything but the owner: that is what TransferAsset is for. */
  @Transaction()
  @Returns('Asset')
  async UpdateAsset(ctx: Context, id: string, color: string, size: number, appraisedValue: number): Promise<Asset> {
    const { owner } = await this.ReadAsset(ctx, id)
    const asset = { id, color, size, owner, appraisedValue }
    await ctx.stub.putState(id, toBytes(asset))
    return asset
  }

  @Transaction()
  async DeleteAsset(ctx: Context, id: string): Promise<void> {
    const { owner } = await this.ReadAsset(ctx, id)
    await ctx.stub.deleteState(id)
    await ctx.stub.deleteState(ctx.stub.createCompositeKey(BY_OWNER, [owner, id]))
  }

  @Transaction(false)
  @Returns('boolean')
  async AssetExists(ctx: Context, id: string): Promise<boolean> {
    return (await ctx.stub.getState(id)).length > 0
  }

  /** Give an asset to someone else; emits `TransferAsset` and returns the owner it had. */
  @Transaction()
  @Returns('string')
  async TransferAsset(ctx: Context, id: string, newOwner: string): Promise<string> {
    const asset = await this.ReadAsset(ctx, id)
    await ctx.stub.deleteState(ctx.stub.createCompositeKey(BY_OWNER, [asset.owner, id]))
    await this.#put(ctx, { ...asset, owner: newOwner })
    ctx.stub.setEvent('TransferAsset', Buffer.from(JSON.stringify({ id, from: asset.owner, to: newOwner })))
    console.log(`Asset ${id} goes from ${asset.owner} to ${newOwner}`)
    return asset.owner
  }

  @Transaction(false)
  @Returns('Asset[]')
  async GetAllAssets(ctx: Context): Promise<Asset[]> {
    const assets: Asset[] = []
    for await (const { value } of ctx.stub.getStateByRange('', '')) assets.push(fromBytes(value))
    return assets
  }

  @Transaction(false)
  @Returns('Asset[]')
  async GetAssetsByOwner(ctx: Context, owner: string): Promise<Asset[]> {
    const assets: Asset[] = []
    for await (const { key } of ctx.stub.getStateByPartialCompositeKey(BY_OWNER, [owner])) {
      const [, id = ''] = ctx.stub.splitCompositeKey(key).attributes
      assets.push(await this.ReadAsset(ctx, id))
    }
    return assets
  }

  async #put(ctx: Context, asset: Asset): Promise<void> {
    await ctx.stub.putState(asset.id, toBytes(asset))
    await ctx.stub.putState(ctx.stub.createCompositeKey(BY_OWNER, [asset.owner, asset.id]), NOTHING)
  }
}
