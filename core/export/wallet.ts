import type { ExportedFile } from '../contract/export.ts'
import type { ExportedIdentity } from '../contract/identity.ts'
import type { ExportedNetwork } from './exported-network.ts'

/** An identity as fabric-network 2.2 keeps it in a wallet (fabric-network, src/impl/wallet/x509identity.ts). */
export interface WalletIdentity {
  credentials: { certificate: string; privateKey: string }
  mspId: string
  type: 'X.509'
  version: 1
}

export function walletIdentity({ mspId, certificate, privateKey }: ExportedIdentity): WalletIdentity {
  return { credentials: { certificate, privateKey }, mspId, type: 'X.509', version: 1 }
}

/**
 * Every user by the label it has in the wallet: its name, with its organisation where that isn't the peer's own. For a
 * wallet in memory: `for (const [label, identity] of Object.entries(wallet)) await inMemory.put(label, identity)`.
 */
export function wallet({ organisations }: Pick<ExportedNetwork, 'organisations'>): Record<string, WalletIdentity> {
  return Object.fromEntries(
    organisations.flatMap(({ mspId, users }, i) =>
      users.map((user) => [i === 0 ? user.name : `${user.name}@${mspId}`, walletIdentity(user)]),
    ),
  )
}

/** The wallet as `Wallets.newFileSystemWallet` reads it, and the same in one file for a wallet in memory. */
export function walletFiles(network: Pick<ExportedNetwork, 'organisations'>): ExportedFile[] {
  const identities = wallet(network)
  return [
    ...Object.entries(identities).map(([label, identity]) => ({
      path: `wallet/${label}.id`,
      text: JSON.stringify(identity),
      secret: true,
    })),
    { path: 'wallet.json', text: `${JSON.stringify(identities, null, 2)}\n`, secret: true },
  ]
}
