import { PeerError, type ErrorCode } from '../../../core/contract/error.ts'

const host = 'unix:///var/run/docker.sock'
const why = 'the docker context default'
const output = [
  'Step 4/5 : RUN npm run build',
  ' ---> Running in 5f1c0a9be2d4',
  '> tsc',
  "\u001b[31msrc/assetTransfer.ts(42,9): error TS2345\u001b[0m: Argument of type 'number' is not assignable",
  "The command '/bin/sh -c npm run build' returned a non-zero code: 2",
]

/** One of every kind that has to do with the engine, images and containers. */
export const dockerErrors = {
  DOCKER_ABSENT: new PeerError('DOCKER_ABSENT', {
    looked: ['DOCKER_HOST', 'the docker context', host, '~/.docker/run/docker.sock', '~/.colima/default/docker.sock'],
  }),
  DOCKER_STOPPED: new PeerError('DOCKER_STOPPED', { host, why, start: '`sudo systemctl start docker`' }),
  DOCKER_PERMISSION: new PeerError('DOCKER_PERMISSION', { host, user: 'ada' }),
  DOCKER_TOO_OLD: new PeerError('DOCKER_TOO_OLD', { version: '17.03.2', apiVersion: '1.27', needed: '1.40' }),
  DOCKER_UNREACHABLE: new PeerError('DOCKER_UNREACHABLE', {
    host: 'tcp://10.0.0.7:2376',
    why: 'DOCKER_HOST',
    reason: 'Its certificate is for docker.example.com.',
  }),
  DOCKER_ADDRESS: new PeerError('DOCKER_ADDRESS', {
    text: 'localhost2375',
    why: 'DOCKER_HOST',
    reason: 'It has no scheme.',
  }),
  DOCKER_LOST: new PeerError('DOCKER_LOST', { host, doing: 'the image was built' }),
  DOCKER_REFUSED: new PeerError('DOCKER_REFUSED', {
    doing: 'creating the container',
    status: 500,
    message: 'failed to set up container networking: iptables is missing',
  }),
  DOCKER_DISK_FULL: new PeerError('DOCKER_DISK_FULL', {
    doing: 'the image',
    message: 'write /var/lib/docker/tmp/layer: no space left on device',
  }),
  IMAGE_NOT_FOUND: new PeerError('IMAGE_NOT_FOUND', {
    image: 'hyperledger/fabric-nodeenv:2.6',
    message: 'manifest for hyperledger/fabric-nodeenv:2.6 not found',
  }),
  REGISTRY_UNREACHABLE: new PeerError('REGISTRY_UNREACHABLE', {
    image: 'hyperledger/fabric-nodeenv:2.5',
    message: 'dial tcp: lookup registry-1.docker.io: no such host',
  }),
  IMAGE_BUILD_FAILED: new PeerError('IMAGE_BUILD_FAILED', {
    image: 'dev-slipway-asset-transfer-1.0-5f1c0a9be2d4',
    step: 'npm run build',
    message: "src/assetTransfer.ts(42,9): error TS2345: Argument of type 'number' is not assignable",
    output,
  }),
  CONTAINER_NAME_TAKEN: new PeerError('CONTAINER_NAME_TAKEN', {
    name: 'dev-slipway-asset-transfer-1.0-5f1c0a9be2d4',
    id: '0a6c4f2a9c1be77d0a6c4f2a9c1be77d',
    image: 'postgres:17',
  }),
  CONTAINER_REFUSED: new PeerError('CONTAINER_REFUSED', {
    name: 'dev-slipway-asset-transfer-1.0-5f1c0a9be2d4',
    message: 'Minimum memory limit allowed is 6MB',
  }),
  CONTAINER_ARCHITECTURE: new PeerError('CONTAINER_ARCHITECTURE', {
    name: 'dev-slipway-asset-transfer-1.0-5f1c0a9be2d4',
    image: 'hyperledger/fabric-nodeenv:2.5',
    imageArch: 'amd64',
    engineArch: 'arm64',
  }),
  CONTAINER_NAME_INVALID: new PeerError('CONTAINER_NAME_INVALID', { name: 'dev-slipway-asset..transfer-1.0' }),
  PEER_UNREACHABLE: new PeerError('PEER_UNREACHABLE', {
    reason: 'The engine is on another machine, tcp://10.0.0.7:2376.',
    fix: 'Set vm.docker.peerHost in slipway.yaml to an address of this machine that containers reach.',
  }),
  DIAL_FAILED: new PeerError('DIAL_FAILED', {
    canonicalName: 'asset-transfer:1.0',
    address: '127.0.0.1:9999',
    seconds: 60,
    reason: 'connection refused',
  }),
} satisfies Partial<Record<ErrorCode, PeerError>>
