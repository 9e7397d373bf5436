import type { InstalledPackages } from '../../ccprovider/installed-packages.ts'
import * as messages from '../../protos/lifecycle.ts'
import { reason } from '../invocation.ts'
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
          throw new Error(`could not parse as a chaincode install package: ${reason(error)}`, { cause: error })
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
        const { References, Chaincode } = messages.QueryInstalledChaincodeResult
        for (const [channel, chaincodes] of await references(id, mspId)) {
          const of = new References()
          for (const { name, version } of chaincodes) {
            const chaincode = new Chaincode()
            chaincode.setName(name)
            chaincode.setVersion(version)
            of.addChaincodes(chaincode)
          }
          result.getReferencesMap().set(channel, of)
        }
        return result
      }),
    ],
    [
      'QueryInstalledChaincodes',
      taking(messages.QueryInstalledChaincodesArgs, async (_args, { mspId }) => {
        const result = new messages.QueryInstalledChaincodesResult()
        const { InstalledChaincode, References, Chaincode } = messages.QueryInstalledChaincodesResult
        for (const { packageId, label } of await packages.list()) {
          const installed = new InstalledChaincode()
          installed.setPackageId(packageId)
          installed.setLabel(label)
          for (const [channel, chaincodes] of await references(packageId, mspId)) {
            const of = new References()
            for (const { name, version } of chaincodes) {
              const chaincode = new Chaincode()
              chaincode.setName(name)
              chaincode.setVersion(version)
              of.addChaincodes(chaincode)
            }
            installed.getReferencesMap().set(channel, of)
          }
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
