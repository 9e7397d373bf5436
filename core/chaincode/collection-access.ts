import type { TransactionContext } from './transaction-context.ts'

/**
 * Whether the definition of a collection lets the creator read it. An organisation's implicit collection it may always
 * read, and the ledger knows which of those exist (Fabric, core/chaincode/handler.go,
 * errorIfCreatorHasNoReadPermission; core/common/privdata/store.go, RetrieveReadWritePermission).
 * @throws Error with Fabric's own text
 */
export function mayRead(tx: TransactionContext, collection: string): void {
  check(tx, collection, 'read')
}

/** @throws as mayRead */
export function mayWrite(tx: TransactionContext, collection: string): void {
  check(tx, collection, 'write')
}

/** @throws Error with Fabric's own text: Init can't use private data */
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
