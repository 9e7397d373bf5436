import { messageOf } from '../../contract/error-message.ts'
import type { InstalledPackages } from '../../ccprovider/installed-packages.ts'
import * as messages from '../../protos/lifecycle.ts'
import { taking, type LifecycleFunction } from './function.ts'

/** The definitions that an organisation approved for a package, by channel. */
export type References = (
  packageId: string,
  mspId: string,
) => Promise<ReadonlyMap<string, { name: string; version: string }[]>>

/** The functions about packages, which belong to the peer and not to a channel. */
export function installedFunctions(
  packages: InstalledPackages,
  references: References,
): Map<string, LifecycleFunction> {
  return new Map<string, LifecycleFunction>([
    [
      'InstallChaincode',
      taking(messages.InstallChaincodeArgs, async (args) => {
        const installed = await packages.install(args.getChaincodeInstallPackage_asU8()).catch((error: unknown) => {
          throw new Error(`could not parse as a chaincode install package: ${messageOf(error)}`, { cause: error })
        })
        if (installed.before) {
          throw new Error(`chaincode already successfully installed (package ID '${installed.packageId}')`)
        }
        const result = new messages.InstallChaincodeResult()
        result.setPackageId(installed.packageId)
        result.setLabel(installed.label)
        return result
      }),
    ],
    [
      'QueryInstalledChaincode',
      taking(messages.QueryInstalledChaincodeArgs, async (args, { mspId }) => {
        const id = args.getPackageId()
        const installed = (await packages.list()).find(({ packageId }) => packageId === id)
        if (installed === undefined) throw new Error(`could not find chaincode with package id '${id}'`)
        const result = new messages.QueryInstalledChaincodeResult()
        result.setPackageId(installed.packageId)
        result.setLabel(installed.label)
        setReferences(result.getReferencesMap(), await references(id, mspId), messages.QueryInstalledChaincodeResult)
        return result
      }),
    ],
    [
      'QueryInstalledChaincodes',
      taking(messages.QueryInstalledChaincodesArgs, async (_args, { mspId }) => {
        const result = new messages.QueryInstalledChaincodesResult()
        for (const { packageId, label } of await packages.list()) {
          const installed = new messages.QueryInstalledChaincodesResult.InstalledChaincode()
          installed.setPackageId(packageId)
          installed.setLabel(label)
          const referring = await references(packageId, mspId)
          setReferences(installed.getReferencesMap(), referring, messages.QueryInstalledChaincodesResult)
          result.addInstalledChaincodes(installed)
        }
        return result
      }),
    ],
    [
      'GetInstalledChaincodePackage',
      taking(messages.GetInstalledChaincodePackageArgs, async (args) => {
        const bytes = await packages.load(args.getPackageId())
        if (bytes === undefined) {
          const text = `chaincode install package '${args.getPackageId()}' not found`
          throw new Error(`could not load cc install package: ${text}`)
        }
        const result = new messages.GetInstalledChaincodePackageResult()
        result.setChaincodeInstallPackage(bytes)
        return result
      }),
    ],
  ])
}

/** For one package and for all: Fabric has separate but equal messages for both. */
function setReferences<C extends NameAndVersion, R extends { addChaincodes(chaincode: C): unknown }>(
  map: { set(channel: string, references: R): unknown },
  chaincodesByChannel: Awaited<ReturnType<References>>,
  { References, Chaincode }: { References: new () => R; Chaincode: new () => C },
): void {
  for (const [channel, chaincodes] of chaincodesByChannel) {
    const references = new References()
    for (const { name, version } of chaincodes) {
      const chaincode = new Chaincode()
      chaincode.setName(name)
      chaincode.setVersion(version)
      references.addChaincodes(chaincode)
    }
    map.set(channel, references)
  }
}

interface NameAndVersion {
  setName(name: string): unknown
  setVersion(version: string): unknown
}
