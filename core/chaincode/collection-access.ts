import type { TransactionContext } from './transaction-context.ts'

/**
 * Whether the creator may read a collection, as far as its definition says; an organisation's implicit one it may
 * always, and the ledger says which of those there are (Fabric, core/chaincode/handler.go,
 * errorIfCreatorHasNoReadPermission; core/common/privdata/store.go, RetrieveReadWritePermission).
 * @throws Error in Fabric's words
 */
export function mayRead(tx: TransactionContext, collection: string): void {
  check(tx, collection, 'read')
}

/** @throws as mayRead */
export function mayWrite(tx: TransactionContext, collection: string): void {
  check(tx, collection, 'write')
}

/** @throws Error: in Init there is no private data */
export function notInInit(tx: TransactionContext): void {
  if (tx.params.isInit) throw new Error('private data APIs are not allowed in chaincode Init()')
}

function check(tx: TransactionContext, name: string, access: 'read' | 'write'): void {
  notInInit(tx)
  const { simulator, namespaceId, channelId, creatorMspId } = tx.params
  const collection = simulator.collection(namespaceId, name)
  if (collection === undefined) throw new Error(`collection ${channelId}/${namespaceId}/${name} could not be found`)
  const membersOnly = access === 'read' ? collection.memberOnlyRead : collection.memberOnlyWrite
  if (!membersOnly || collection.members.includes(creatorMspId)) return
  throw new Error(
    `tx creator does not have ${access} access permission on privatedata in chaincodeName:${namespaceId} collectionName: ${name}`,
  )
}
