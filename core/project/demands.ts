import { realpath } from 'node:fs/promises'
import path from 'node:path'
import type { Demand, Wish } from '../contract/trust.ts'
import { hostConfigDemands } from './host-config-demands.ts'
import type { IdentityPaths, NetworkYaml } from './network-yaml.ts'
import type { ChaincodeConfig, SlipwayYaml } from './slipway-yaml.ts'

/**
 * Variables that decide which programs and libraries a shell, a runtime or a build tool runs, or where it fetches them;
 * others are the chaincode's own business.
 */
const STEERS_PROGRAMS =
  /^(PATH|HOME|SHELL|ENV|BASH_.*|IFS|TMPDIR|TEMP|TMP|LD_.*|DYLD_.*|NODE_.*|NPM_.*|YARN_.*|PNPM_.*|COREPACK_.*|GO(FLAGS|PATH|ROOT|BIN|TOOLCHAIN|PROXY|NOPROXY|PRIVATE|SUMDB|NOSUMDB|INSECURE|ENV|CACHE|MODCACHE|WORK|TMPDIR|VCS|AUTH)|CGO_.*|CC|CXX|AR|PKG_CONFIG.*|JAVA_.*|JDK_.*|_JAVA_OPTIONS|MAVEN_.*|MVN.*|GRADLE_.*|PYTHON.*|DOTNET_.*|DOCKER_.*|GIT_.*|SSH_.*|(HTTPS?|ALL|FTP|NO)_PROXY|SSL_.*)$/i

/**
 * What a slipway.yaml in this folder wants beyond running the folder's own chaincode, commands first. Settings that only
 * narrow what a chaincode may do, and Slipway's own defaults, aren't demands.
 */
export async function demandsOf(config: SlipwayYaml, folder: string): Promise<Demand[]> {
  const root = await realpath(folder)
  const listed = config.chaincodes
  const chaincodes =
    listed === undefined
      ? await chaincodeDemands(config, root, '')
      : (
          await Promise.all(
            listed.map((entry, at) =>
              chaincodeDemands(entry, root, `chaincodes[${entry.name ?? entry.folder ?? at}].`),
            ),
          )
        ).flat()
  const networks = await Promise.all(
    Object.entries(config.networks ?? {}).map(([name, network]) => networkDemands(name, network, root)),
  )
  const demands = [...chaincodes, ...peerDemands(config), ...networks.flat()]
  return (['command', 'container', 'outside'] as const).flatMap((kind) => demands.filter((d) => d.kind === kind))
}

async function chaincodeDemands(config: ChaincodeConfig, root: string, at: string): Promise<Demand[]> {
  const { build, start, image, env = {}, folder, collections, server, servers = {} } = config
  const wishes: [string, Wish | undefined][] = [
    ['build', build === undefined ? undefined : command(build, 'Runs at every build')],
    ['start', start === undefined ? undefined : command(start, 'Starts the chaincode')],
    ...Object.entries(env).map(([name, value]): [string, Wish | undefined] => [
      `env.${name}`,
      STEERS_PROGRAMS.test(name)
        ? command(value, `${name} steers which programs the build and the chaincode run`)
        : undefined,
    ]),
    ['image', foreignImage(image)],
    ['folder', await outside(folder, root, 'Runs a chaincode outside this folder')],
    [
      'collections',
      typeof collections === 'string'
        ? await outside(collections, root, 'Reads a file outside this folder')
        : undefined,
    ],
    ...Object.entries(servers).map(([mspId, address]): [string, Wish | undefined] => [
      `servers.${mspId}`,
      elsewhere(address, 'Sends calls, with their transient data, to another machine'),
    ]),
    ['server', elsewhere(server, 'Sends calls, with their transient data, to another machine')],
  ]
  return demandsAt(at, wishes)
}

function peerDemands({ peer = {} }: SlipwayYaml): Demand[] {
  const { endpoint, peerHost, hostConfig = {} } = peer.vm?.docker ?? {}
  return [
    ...imageDemands(peer.chaincode ?? {}),
    ...demandsAt('peer.vm.docker.hostConfig.', hostConfigDemands(hostConfig)),
    ...demandsAt('peer.', [
      ['vm.endpoint', outsideWish(endpoint, 'Gives the code to this Docker engine, which runs it')],
      ['vm.docker.peerHost', outsideWish(peerHost, 'Containers connect to this host instead of this machine')],
      ['ledger.state.couchDBConfig.couchDBAddress', couchDB(peer.ledger?.state ?? {})],
    ]),
  ]
}

async function networkDemands(name: string, network: NetworkYaml, root: string): Promise<Demand[]> {
  const { profile, tlsRootCert, identity, admin, peer } = network
  const files = (paths: IdentityPaths | undefined) =>
    paths === undefined ? [] : typeof paths === 'string' ? [['', paths]] : Object.entries(paths)
  const signer = async ([key, paths]: [string, IdentityPaths | undefined]) =>
    Promise.all(
      files(paths).map(async ([part = '', file]): Promise<[string, Wish | undefined]> => [
        part === '' ? key : `${key}.${part}`,
        await outside(file, root, 'Signs with an identity outside this folder what you send to that network'),
      ]),
    )
  const identities = await Promise.all(
    (
      [
        ['identity', identity],
        ['admin', admin],
      ] as [string, IdentityPaths][]
    ).map(signer),
  )
  return demandsAt(`networks.${name}.`, [
    ['profile', await outside(profile, root, 'Reads a file outside this folder')],
    ['tlsRootCert', await outside(tlsRootCert, root, 'Reads a file outside this folder')],
    ['peer', elsewhere(peer, 'Sends the calls you make on that network to another machine')],
    ...identities.flat(),
  ])
}

type Peer = NonNullable<SlipwayYaml['peer']>

function imageDemands({ builder, golang, node, java }: NonNullable<Peer['chaincode']>): Demand[] {
  return demandsAt('peer.chaincode.', [
    ['builder', foreignImage(builder)],
    ['golang.runtime', foreignImage(golang?.runtime)],
    ['node.runtime', foreignImage(node?.runtime)],
    ['java.runtime', foreignImage(java?.runtime)],
  ])
}

function couchDB({
  stateDatabase,
  couchDBConfig,
}: NonNullable<NonNullable<Peer['ledger']>['state']>): Wish | undefined {
  if (stateDatabase !== 'CouchDB') return undefined
  const address = couchDBConfig?.couchDBAddress ?? '127.0.0.1:5984'
  return outsideWish(address, 'Gives this server a copy of the state, and the CouchDB password')
}

function demandsAt(at: string, wishes: readonly [string, Wish | undefined][]): Demand[] {
  return wishes.flatMap(([key, wanted]) => (wanted === undefined ? [] : [{ key: `${at}${key}`, ...wanted }]))
}

function command(value: string, means: string): Wish {
  return { kind: 'command', value, means }
}

function outsideWish(value: string | undefined, means: string): Wish | undefined {
  return value === undefined ? undefined : { kind: 'outside', value, means }
}

/** Fabric's own images are what Slipway uses anyway, in whatever version. */
function foreignImage(image: string | undefined): Wish | undefined {
  if (image === undefined || /^(docker\.io\/)?hyperledger\/fabric-[a-z]+(:[\w.-]+)?$/.test(image)) return undefined
  return { kind: 'container', value: image, means: 'The chaincode is built or runs in this image, which may be pulled' }
}

/** A path that leads out of the folder, also by a symbolic link. */
async function outside(location: string | undefined, root: string, means: string): Promise<Wish | undefined> {
  if (location === undefined) return undefined
  const absolute = path.resolve(root, location)
  // What doesn't exist is refused by whoever opens it.
  const real = await realpath(absolute).catch(() => absolute)
  const relative = path.relative(root, real)
  const isInside = relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative)
  return isInside ? undefined : { kind: 'outside', value: location, means }
}

/** An address that isn't this machine's own. */
function elsewhere(address: string | undefined, means: string): Wish | undefined {
  if (address === undefined || /^(localhost|127(\.\d{1,3}){3}):/.test(address)) return undefined
  return { kind: 'outside', value: address, means }
}
