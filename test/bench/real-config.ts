import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'

export const CHANNEL = 'mychannel'
export const MSP_ID = 'Org1MSP'

/** Where the parts of a network lie and listen. Ports are of 127.0.0.1. */
export interface Places {
  folder: string
  /** Has core.yaml and orderer.yaml of the release. */
  defaults: string
  ports: { peer: number; chaincode: number; orderer: number; cluster: number; admin: number }
}

/** Raft's certificates are of a CA of this organisation. A gateway speaks TLS to orderers of one that has a CA for it. */
const raftMsp = (folder: string) => join(folder, 'crypto/ordererOrganizations/raft.example.com')
const ordererMsp = (folder: string) => join(folder, 'crypto/ordererOrganizations/example.com')
export const peerMsp = (folder: string) => join(folder, 'crypto/peerOrganizations/org1.example.com')
const local = (port: number) => `127.0.0.1:${port}`

/** The files of cryptogen, configtxgen, the orderer and the peer: one of each, blocks of one transaction, without TLS. */
export async function writeConfigs(places: Places): Promise<void> {
  const { folder, defaults } = places
  const read = async (name: string) => parse(await readFile(join(defaults, name), 'utf8'), { merge: true }) as Tree
  const files = {
    'crypto-config.yaml': cryptoConfig,
    'configtx.yaml': configtx(places),
    'orderer.yaml': merged(await read('orderer.yaml'), orderer(places)),
    'core.yaml': merged(await read('core.yaml'), core(places)),
  }
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), stringify(content, { aliasDuplicateObjects: false }))
  }
}

/** Between cryptogen and configtxgen: Raft has TLS, and whoever calls the orderer has none. */
export async function separateTls(folder: string): Promise<void> {
  const to = join(raftMsp(folder), 'msp/tlscacerts')
  await rm(to, { recursive: true })
  await rename(join(ordererMsp(folder), 'msp/tlscacerts'), to)
}

interface Tree {
  [key: string]: unknown
}

function merged(base: Tree, changes: Tree): Tree {
  const found = { ...base }
  for (const [key, value] of Object.entries(changes)) {
    const before = base[key]
    found[key] = isTree(value) && isTree(before) ? merged(before, value) : value
  }
  return found
}

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)

const cryptoConfig = {
  OrdererOrgs: [
    {
      Name: 'Orderer',
      Domain: 'example.com',
      EnableNodeOUs: true,
      Specs: [{ Hostname: 'orderer', SANS: ['127.0.0.1'] }],
    },
    { Name: 'Raft', Domain: 'raft.example.com', EnableNodeOUs: true },
  ],
  PeerOrgs: [
    { Name: 'Org1', Domain: 'org1.example.com', EnableNodeOUs: true, Template: { Count: 1 }, Users: { Count: 1 } },
  ],
}

const signature = (rule: string) => ({ Type: 'Signature', Rule: rule })
const any = (name: string) => ({ Type: 'ImplicitMeta', Rule: `ANY ${name}` })
const anyOf = { Readers: any('Readers'), Writers: any('Writers'), Admins: any('Admins') }
const membersOf = (mspId: string) => ({
  Readers: signature(`OR('${mspId}.member')`),
  Writers: signature(`OR('${mspId}.member')`),
  Admins: signature(`OR('${mspId}.admin')`),
  Endorsement: signature(`OR('${mspId}.peer')`),
})

function configtx({ folder, ports }: Places): Tree {
  const tls = (name: string) => join(ordererMsp(folder), 'orderers/orderer.example.com/tls', name)
  const certificates = { ClientTLSCert: tls('server.crt'), ServerTLSCert: tls('server.crt') }
  const V2_0 = { V2_0: true }
  const organization = (id: string, under: string) => ({
    Name: id,
    ID: id,
    MSPDir: join(under, 'msp'),
    Policies: membersOf(id),
  })
  return {
    Profiles: {
      Bench: {
        Policies: anyOf,
        Capabilities: V2_0,
        Orderer: {
          OrdererType: 'etcdraft',
          BatchTimeout: '2s',
          BatchSize: { MaxMessageCount: 1, AbsoluteMaxBytes: '99 MB', PreferredMaxBytes: '2 MB' },
          EtcdRaft: { Consenters: [{ Host: '127.0.0.1', Port: ports.cluster, ...certificates }] },
          Organizations: [
            { ...organization('OrdererMSP', ordererMsp(folder)), OrdererEndpoints: [local(ports.orderer)] },
            organization('RaftMSP', raftMsp(folder)),
          ],
          Policies: { ...anyOf, BlockValidation: any('Writers') },
          Capabilities: V2_0,
        },
        Application: {
          Organizations: [organization(MSP_ID, peerMsp(folder))],
          Policies: { ...anyOf, LifecycleEndorsement: any('Endorsement'), Endorsement: any('Endorsement') },
          Capabilities: V2_0,
        },
      },
    },
  }
}

function orderer({ folder, ports }: Places): Tree {
  const own = join(ordererMsp(folder), 'orderers/orderer.example.com')
  const [certificate, key] = [join(own, 'tls/server.crt'), join(own, 'tls/server.key')]
  return {
    General: {
      ListenAddress: '127.0.0.1',
      ListenPort: ports.orderer,
      BootstrapMethod: 'none',
      LocalMSPDir: join(own, 'msp'),
      LocalMSPID: 'OrdererMSP',
      // Raft wants TLS among orderers, also where there is one.
      Cluster: {
        ListenAddress: '127.0.0.1',
        ListenPort: ports.cluster,
        ServerCertificate: certificate,
        ServerPrivateKey: key,
        ClientCertificate: certificate,
        ClientPrivateKey: key,
        RootCAs: [join(own, 'tls/ca.crt')],
      },
    },
    FileLedger: { Location: join(folder, 'orderer') },
    Operations: { ListenAddress: local(0) },
    Admin: { ListenAddress: local(ports.admin) },
    ChannelParticipation: { Enabled: true },
    Consensus: { WALDir: join(folder, 'orderer/wal'), SnapDir: join(folder, 'orderer/snap') },
  }
}

function core({ folder, ports }: Places): Tree {
  const address = local(ports.peer)
  return {
    peer: {
      id: 'peer0.org1.example.com',
      listenAddress: address,
      address,
      chaincodeListenAddress: local(ports.chaincode),
      chaincodeAddress: local(ports.chaincode),
      fileSystemPath: join(folder, 'peer'),
      mspConfigPath: join(peerMsp(folder), 'peers/peer0.org1.example.com/msp'),
      localMspId: MSP_ID,
      gossip: {
        bootstrap: address,
        endpoint: address,
        externalEndpoint: address,
        useLeaderElection: false,
        orgLeader: true,
      },
    },
    chaincode: { externalBuilders: [{ name: 'bench', path: join(folder, 'builder'), propagateEnvironment: ['PATH'] }] },
    ledger: { snapshots: { rootDir: join(folder, 'snapshots') } },
    operations: { listenAddress: local(0) },
  }
}
