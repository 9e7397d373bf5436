import { messageOf } from '../contract/error-message.ts'
import { fingerprint } from '../ccprovider/deployment-spec.ts'
import type { PackageStore } from '../ccprovider/package-store.ts'
import type { InprocChaincode } from '../container/inproc/shim.ts'
import type { InprocStub } from '../container/inproc/stub.ts'
import { legacyCollectionsKey } from '../privdata/definition-keys.ts'
import { ChaincodeData, ChaincodeDeploymentSpec, ChaincodeInfo, ChaincodeQueryResponse } from '../protos/index.ts'
import { text } from './invocation.ts'

const validName = /^[A-Za-z0-9_-]+$/
// + since 1.4, for semantic versions.
const validVersion = /^[A-Za-z0-9_.+-]+$/

type LsccFunction = (stub: InprocStub, args: Uint8Array[]) => Promise<Uint8Array>

type Args = [first: string, second: Uint8Array]

/**
 * The lifecycle system chaincode of Fabric 1.x, as a 2.5 peer still has it (core/scc/lscc/lscc.go): what its clients
 * have installed, and what they deployed on a channel before it had the capability V2_0. Since then it deploys nothing;
 * what an author opens is defined by _lifecycle. The channel's name is the first argument, as in Fabric, if a function
 * takes one. Fingerprints are compared between the ledger and the package store.
 */
export function lscc(packages: PackageStore): InprocChaincode {
  const functions = new Map<string, LsccFunction>([
    ['install', (_stub, args) => install(args[0])],
    ['deploy', (_stub, args) => refuse(args)],
    ['upgrade', (_stub, args) => refuse(args)],
    ...named('getid', 'ChaincodeExists', async (stub, args) => Buffer.from((await dataOf(stub, two(args))).getName())),
    ...named('getccdata', 'GetChaincodeData', async (stub, args) => (await dataOf(stub, two(args))).serializeBinary()),
    ...named('getdepspec', 'GetDeploymentSpec', async (stub, args) =>
      (await deploymentSpec(stub, two(args))).serializeBinary(),
    ),
    ...named('getcollectionsconfig', 'GetCollectionsConfig', (stub, args) => collectionsConfig(stub, text(args[0]))),
    ...named('getchaincodes', 'GetChaincodes', chaincodes),
    ...named('getinstalledchaincodes', 'GetInstalledChaincodes', async () =>
      queryResponse((await packages.list()).map(infoOf)),
    ),
  ])
  return {
    async invoke(stub) {
      const [name, ...args] = stub.args
      const run = functions.get(text(name))
      if (run === undefined) throw new Error(`invalid function to lscc: ${text(name)}`)
      return run(stub, args)
    },
  }

  async function install(bytes: Uint8Array | undefined): Promise<Uint8Array> {
    const spec = specOf(bytes)
    await packages.put(idOf(spec), spec)
    return Buffer.from('OK')
  }

  async function deploymentSpec(stub: InprocStub, args: Args): Promise<ChaincodeDeploymentSpec> {
    const data = await dataOf(stub, args)
    const spec = await packages.get({ name: data.getName(), version: data.getVersion() })
    if (!Buffer.from(fingerprint(spec)).equals(data.getId_asU8())) {
      throw new Error(`chaincode fingerprint mismatch ${data.getName()}:${data.getVersion()}`)
    }
    return spec
  }
}

async function refuse(args: Uint8Array[]): Promise<never> {
  const [channel] = two(args)
  throw new Error(`Channel '${channel}' has been migrated to the new lifecycle, LSCC is now read-only`)
}

/** A function by its name of 1.0 and its later one. */
function named(older: string, newer: string, run: LsccFunction): [string, LsccFunction][] {
  return [
    [older, run],
    [newer, run],
  ]
}

async function collectionsConfig(stub: InprocStub, name: string): Promise<Uint8Array> {
  const config = await stub.getState(legacyCollectionsKey(name).key)
  if (config.length === 0) throw new Error(`collections config not defined for chaincode ${name}`)
  return config
}

/** Names of chaincodes hold no `~`. */
function isCollections(key: string): boolean {
  return key.endsWith('~collection')
}

async function dataOf(stub: InprocStub, [, name]: Args): Promise<ChaincodeData> {
  const bytes = await stub.getState(text(name))
  if (bytes.length === 0) throw new Error(`could not find chaincode with name '${text(name)}'`)
  const data = ChaincodeData.deserializeBinary(bytes)
  if (data.getName() !== text(name)) throw new Error('chaincode name mismatch')
  return data
}

async function chaincodes(stub: InprocStub): Promise<Uint8Array> {
  const entries = (await stub.getStateByRange('', '')).filter(({ key }) => !isCollections(key))
  return queryResponse(
    entries.map(({ value }) => {
      const data = ChaincodeData.deserializeBinary(value)
      const info = new ChaincodeInfo()
      info.setName(data.getName())
      info.setVersion(data.getVersion())
      info.setEscc(data.getEscc())
      info.setVscc(data.getVscc())
      info.setId(data.getId_asU8())
      return info
    }),
  )
}

function infoOf(spec: ChaincodeDeploymentSpec): ChaincodeInfo {
  const { name, version, path } = idOf(spec)
  const info = new ChaincodeInfo()
  info.setName(name)
  info.setVersion(version)
  info.setPath(path)
  info.setId(fingerprint(spec))
  return info
}

function queryResponse(infos: ChaincodeInfo[]): Uint8Array {
  const response = new ChaincodeQueryResponse()
  response.setChaincodesList(infos)
  return response.serializeBinary()
}

function specOf(bytes: Uint8Array | undefined): ChaincodeDeploymentSpec {
  try {
    return ChaincodeDeploymentSpec.deserializeBinary(bytes ?? new Uint8Array())
  } catch (error) {
    throw new Error(`invalid deployment spec : ${messageOf(error)}`, { cause: error })
  }
}

function idOf(spec: ChaincodeDeploymentSpec): { name: string; version: string; path: string } {
  const id = spec.getChaincodeSpec()?.getChaincodeId()
  const name = id?.getName() ?? ''
  const version = id?.getVersion() ?? ''
  if (!validName.test(name)) throw new Error(`invalid chaincode name '${name}'`)
  if (!validVersion.test(version)) throw new Error(`invalid chaincode version '${version}'`)
  return { name, version, path: id?.getPath() ?? '' }
}

function two(args: Uint8Array[]): Args {
  const [channel, second] = args
  if (channel === undefined || second === undefined)
    throw new Error(`invalid number of arguments to lscc: ${args.length}`)
  return [text(channel), second]
}
