import type { ToolState } from '../../../core/contract/state.ts'
import type { ChaincodeState } from '../../../core/contract/chaincode-state.ts'
import type { ContainerState } from '../../../core/contract/run-state.ts'
import type { LaunchStep } from '../../../core/contract/launch-state.ts'
import type { Difference } from '../../../core/contract/difference.ts'
import { build, now, ready } from './chaincodes.ts'

const startedAt = now - 96_000
const name = 'dev-slipway-asset-transfer-1.0-5f1c0a9be2d4'

export const dockerFound: ToolState = {
  state: 'found',
  version: '27.3.1',
  path: 'unix:///var/run/docker.sock',
  note: 'the docker context default',
}

export const container: ContainerState = {
  id: '4f2a9c1be77d0a6c4f2a9c1be77d0a6c4f2a9c1be77d0a6c4f2a9c1be77d0a6c',
  name,
  image: `${name}:91c4e7aa03bd`,
  state: 'running',
  createdAt: startedAt - 140,
  startedAt,
  build: 13,
  memory: 83_400_000,
  memoryLimit: 512_000_000,
  cpu: 0.031,
  commands: {
    shell: `docker exec -it ${name} sh`,
    logs: `docker logs --follow --timestamps ${name}`,
    inspect: `docker inspect ${name}`,
    run: `docker run --rm -it ${name}:91c4e7aa03bd sh`,
  },
}

/** Consecutive steps from a time on: name, duration, note. */
export function steps(from: number, list: [LaunchStep['name'], number, string?][]): LaunchStep[] {
  let at = from
  return list.map(([step, span, note]) => {
    const startedAt = at
    at += span
    return { name: step, state: 'done', startedAt, endedAt: at, ...(note === undefined ? {} : { note }) }
  })
}

const begin = startedAt - 48_700
export const netSteps = steps(begin, [
  ['build', 2_100, 'tsc'],
  ['package', 38, '61 KB, 14 files'],
  ['already-running', 0, 'no'],
  ['deployment-spec', 1, 'from _lifecycle'],
  ['dependencies', 41_200, 'npm ci 41 s, no cache because package-lock.json changed'],
  ['image', 3_900, 'npm run build 3.6 s'],
  ['create', 92],
  ['attach', 6],
  ['start', 341],
  ['registered', 1_004, 'asset-transfer:1.0'],
  ['ready', 2],
])

const { process: _, ...noProcess } = ready
export const netReady: ChaincodeState = {
  ...noProcess,
  mode: 'net',
  container,
  registration: {
    state: 'ready',
    since: startedAt + 1_006,
    createdAt: startedAt + 940,
    establishedAt: startedAt + 1_004,
    readyAt: startedAt + 1_006,
  },
  launch: {
    id: 13,
    build: 13,
    mode: 'net',
    reason: 'mode',
    files: [],
    startedAt: begin,
    endedAt: startedAt + 1_006,
    outcome: 'ready',
    steps: netSteps,
  },
  builds: [
    { ...build(13, 'serving', '', 48_700), reason: 'mode', startedAt: begin, files: [] },
    ...ready.builds.map((old) => (old.state === 'serving' ? { ...old, state: 'was-ready' as const } : old)),
  ],
}

export const differences: Difference[] = [
  {
    name: 'lock-file-missing',
    what: 'A peer would install other versions than you have.',
    why: 'There is no `package-lock.json`, so its build takes the newest that package.json allows.',
    do: 'Run `npm install` and commit the lock file.',
    file: 'package.json',
    fatal: false,
  },
  {
    name: 'dev-dependency-used',
    what: '`date-fns` would not be there.',
    why: 'src/assetTransfer.ts requires it, but package.json has it under devDependencies, which a peer’s build does not install.',
    do: 'Move it: `npm install --save-prod date-fns`.',
    file: 'src/assetTransfer.ts',
    line: 3,
    fatal: true,
  },
  {
    name: 'runtime-version',
    what: 'A peer would run it with Node 20.',
    why: 'hyperledger/fabric-nodeenv:2.5 holds Node 20; this machine runs Node 22.',
    do: 'Keep to what Node 20 knows, or set `engines` in package.json so that npm warns.',
    fatal: false,
  },
]
