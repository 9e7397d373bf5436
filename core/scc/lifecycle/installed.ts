import { messageOf } from '../../contract/error-message.ts'
import type { InstalledPackages } from '../../ccprovider/installed-packages.ts'
import * as messages from '../../protos/lifecycle.ts'
import { taking, type LifecycleFunction } from './function.ts'

/** By channel, the definitions that an organisation approved for a package. */
export type References = (
  packageId: string,
  mspId: string,
) => Promise<ReadonlyMap<string, { name: string; version: string }[]>>

/** The functions about packages, which are the peer's own and on no channel. */
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
        const found = (await packages.list()).find(({ packageId }) => packageId === id)
        if (found === undefined) throw new Error(`could not find chaincode with package id '${id}'`)
        const result = new messages.QueryInstalledChaincodeResult()
        result.setPackageId(found.packageId)
        result.setLabel(found.label)
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

/** Of one package and of all: Fabric has messages of each for the same. */
function setReferences<C extends NameAndVersion, R extends { addChaincodes(chaincode: C): unknown }>(
  map: { set(channel: string, references: R): unknown },
  found: Awaited<ReturnType<References>>,
  { References, Chaincode }: { References: new () => R; Chaincode: new () => C },
): void {
  for (const [channel, chaincodes] of found) {
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
