/**
 * The floors of the house, from the ground up. A file imports from its own folder and from the floors below it, never
 * from its own floor's other folders and never from above. A folder stands for its subfolders too, unless they are
 * listed. `npm run check` enforces it (build/dependency-rules.mjs) and asks for a line in CONTRIBUTING's map for every
 * folder (build/check-map.mjs).
 */

/** Each entry is one floor: the folders on it, or a single file that stands alone. */
export const floors = {
  core: [
    ['contract', 'version.ts'],
    ['causes', 'facts', 'mango', 'protos'],
    ['process', 'msp'],
    ['policies', 'comm', 'container', 'export'],
    ['privdata', 'fabric-ca'],
    ['ledger'],
    ['ledger/couchdb', 'committer', 'calls'],
    ['orderer'],
    ['channelconfig', 'config', 'container/inproc'],
    ['project', 'debugger', 'container/docker/engine'],
    ['platforms', 'tools'],
    ['packaging', 'container/process', 'logs', 'watch'],
    ['ccprovider', 'container/docker'],
    ['chaincode', 'container/docker/image'],
    ['endorser', 'scc'],
    ['gateway', 'custodian'],
    ['services', 'networks', 'seeds', 'scenarios'],
    ['replay'],
    ['peer'],
    ['index.ts', 'cleaner.ts'],
  ],
  main: [
    ['root.ts'],
    ['host'],
    ['browser', 'npm'],
    ['cli/terminal', 'cli/completion'],
    ['cli/scenarios'],
    ['cli/commands'],
    ['cli'],
    ['electron'],
  ],
  renderer: [
    ['wire'],
    ['parts'],
    ['view'],
    ['fidelity', 'package', 'container', 'logs', 'networks'],
    ['call', 'run', 'state', 'identities'],
    ['blocks', 'connect', 'replay'],
    ['events'],
    ['palette'],
    ['shell'],
    ['welcome'],
    ['App.svelte'],
    ['main.ts', 'door.ts'],
  ],
}
