import { mkdir, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PeerError } from '../../../core/contract/error.ts'
import { demandsOf } from '../../../core/project/demands.ts'
import { parseSlipwayYaml } from '../../../core/project/slipway-yaml.ts'
import { tempFolder } from '../../support/temp.ts'

/** `command build: make` */
async function demands(yaml: string, folder?: string): Promise<string[]> {
  const root = folder ?? (await tempFolder('trust'))
  const found = await demandsOf(parseSlipwayYaml(join(root, 'slipway.yaml'), yaml), root)
  return found.map(({ kind, key, value }) => `${kind} ${key}: ${value}`)
}

const hostConfig = (settings: string) => `peer: { vm: { docker: { hostConfig: { ${settings} } } } }\n`

describe('nothing is asked about', () => {
  test.each([
    ['an empty file', ''],
    ['names, channels and policies', 'name: a\nversion: "2"\nchannels: [b]\nendorsementPolicy: OR("Org1MSP.peer")\n'],
    [
      'patterns and times',
      'watch: [src]\nignore: [docs]\npeer: { executetimeout: 5s, orderer: { batchTimeout: 2s } }\n',
    ],
    ["the chaincode's own variables", 'env: { LEVEL: debug, GOVERNOR: ada, MY_PATH: /x }\n'],
    ['a chaincode of a subfolder', 'chaincodes: [{ folder: a }, { folder: ./b/../c }]\n'],
    ['a network on this machine', 'networks: { test: { peer: localhost:7051, identity: wallet/a.id } }\n'],
    ['a server on this machine', 'server: 127.0.0.1:9999\n'],
    ["Fabric's images", 'peer: { chaincode: { node: { runtime: hyperledger/fabric-nodeenv:3.1 } } }\n'],
    ['limits', hostConfig('Memory: 512m, PidsLimit: 9, CapDrop: [ALL], ReadonlyRootfs: true, NetworkMode: none')],
    ['rights that every container has', hostConfig('CapAdd: [CAP_CHOWN, net_raw]')],
    ['fewer privileges', hostConfig('SecurityOpt: [no-new-privileges]')],
    ['a log on this machine', hostConfig('LogConfig: { Type: local }')],
  ])('%s', async (_what, yaml) => {
    expect(await demands(yaml)).toEqual([])
  })
})

describe('it is asked about', () => {
  test.each([
    ['commands', 'start: ./run\nbuild: make\n', ['command build: make', 'command start: ./run']],
    [
      'a network elsewhere, and identities from elsewhere',
      'networks: { a: { peer: example.com:7051, identity: { cert: c, key: ../k } }, b: { profile: ../p, identity: i } }\n',
      [
        'outside networks.a.peer: example.com:7051',
        'outside networks.a.identity.key: ../k',
        'outside networks.b.profile: ../p',
      ],
    ],
    [
      'commands of several chaincodes',
      'chaincodes: [{ folder: a, build: x }, { name: b, build: x }]\n',
      ['command chaincodes[a].build: x', 'command chaincodes[b].build: x'],
    ],
    [
      'variables that steer what is run',
      'env: { NODE_OPTIONS: --require ./x.js, LD_PRELOAD: x.so, GOFLAGS: -toolexec=x, path: /x }\n',
      [
        'command env.NODE_OPTIONS: --require ./x.js',
        'command env.LD_PRELOAD: x.so',
        'command env.GOFLAGS: -toolexec=x',
        'command env.path: /x',
      ],
    ],
    [
      'rights and protections of the container',
      hostConfig('CapAdd: [NET_ADMIN], SecurityOpt: [seccomp=unconfined], NetworkMode: host'),
      [
        'container peer.vm.docker.hostConfig.NetworkMode: host',
        'container peer.vm.docker.hostConfig.CapAdd: NET_ADMIN',
        'container peer.vm.docker.hostConfig.SecurityOpt: seccomp=unconfined',
      ],
    ],
    [
      "another's network, names and log",
      hostConfig('NetworkMode: "container:x", ExtraHosts: ["a:1.2.3.4"], Dns: [1.1.1.1], LogConfig: { Type: syslog }'),
      [
        'container peer.vm.docker.hostConfig.NetworkMode: container:x',
        'container peer.vm.docker.hostConfig.ExtraHosts: a:1.2.3.4',
        'container peer.vm.docker.hostConfig.Dns: 1.1.1.1',
        'container peer.vm.docker.hostConfig.LogConfig: syslog',
      ],
    ],
    [
      'images of others',
      'peer: { chaincode: { builder: evil/fabric-ccenv, golang: { runtime: docker.io/hyperledger/fabric-baseos:2.5 } } }\n',
      ['container peer.chaincode.builder: evil/fabric-ccenv'],
    ],
    [
      'other machines',
      'server: cc.example.com:9999\npeer: { vm: { endpoint: "tcp://10.0.0.1:2375", docker: { peerHost: x } } }\n',
      [
        'outside server: cc.example.com:9999',
        'outside peer.vm.endpoint: tcp://10.0.0.1:2375',
        'outside peer.vm.docker.peerHost: x',
      ],
    ],
    [
      'a CouchDB, which gets the state and the password of the environment',
      'peer: { ledger: { state: { stateDatabase: CouchDB } } }\n',
      ['outside peer.ledger.state.couchDBConfig.couchDBAddress: 127.0.0.1:5984'],
    ],
    [
      'files and folders elsewhere',
      'chaincodes: [{ name: a, folder: ../a, collections: /etc/passwd }]\n',
      ['outside chaincodes[a].folder: ../a', 'outside chaincodes[a].collections: /etc/passwd'],
    ],
  ])('%s', async (_what, yaml, expected) => {
    expect(await demands(yaml)).toEqual(expected)
  })

  test('a folder that a symbolic link leads to', async () => {
    const [root, other] = [await tempFolder('trust'), await tempFolder('other')]
    await mkdir(join(root, 'inside'))
    await symlink(other, join(root, 'link'), 'junction')
    const yaml = 'chaincodes: [{ folder: inside }, { folder: link }]\n'
    expect(await demands(yaml, root)).toEqual(['outside chaincodes[link].folder: link'])
  })
})

describe('stays closed', () => {
  test.each([
    ['CapAdd[0]', 'CapAdd: [ALL]'],
    ['CapAdd[1]', 'CapAdd: [CHOWN, cap_sys_admin]'],
    ['CapAdd[0]', 'CapAdd: [DAC_READ_SEARCH]'],
    ['SecurityOpt[0]', 'SecurityOpt: ["systempaths=unconfined"]'],
    ['SecurityOpt[0]', 'SecurityOpt: ["unmask=ALL"]'],
    ['Privileged', 'Privileged: true'],
    ['Binds', 'Binds: ["/:/host"]'],
    ['Devices', 'Devices: []'],
    ['PidMode', 'PidMode: host'],
    ['UsernsMode', 'UsernsMode: host'],
  ])('%s by %s', (path, settings) => {
    try {
      parseSlipwayYaml('/x/slipway.yaml', hostConfig(settings))
    } catch (error) {
      expect(PeerError.from(error).toJSON()).toMatchObject({
        code: 'CONFIG_INVALID',
        details: { path: `peer.vm.docker.hostConfig.${path}` },
      })
      return
    }
    throw new Error('it was accepted')
  })
})
