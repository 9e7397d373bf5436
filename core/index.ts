/*
 * The one door of core: main/ imports from here, and plain data from contract/. Importing it loads the whole peer, so
 * import it where it is needed, not at the top of a file.
 */

/**
 * Start a development peer.
 *
 * @example
 * await using peer = await startPeer({ dataDir: '/home/ann/asset/.slipway' })
 * const { name } = await peer.api.openChaincode({ folder: '/home/ann/asset' })
 * const { payload } = await peer.api.submit({ chaincode: name, function: 'ReadAsset', args: ['asset1'] })
 */
export { startPeer } from './peer/peer.ts'

/**
 * The identities of a peer that is not running.
 *
 * @example
 * const identities = await offlineIdentities({ dataDir: '/home/ann/asset/.slipway' })
 * await identities.issueIdentity({ name: 'alice', mspId: 'Org2MSP', attributes: { color: 'blue' } })
 */
export { offlineIdentities } from './peer/offline-identities.ts'

/**
 * Files for client applications of a peer that is not running.
 *
 * @example
 * const { writeExport } = await offlineExport({ dataDir: '/home/ann/asset/.slipway' }, ['mychannel'])
 * await writeExport({ folder: '/home/ann/app/network', layout: 'application' })
 */
export { offlineExport } from './peer/offline-export.ts'

/**
 * A copy of the data of a peer that is not running, for another peer; false if there is none.
 *
 * @example
 * if (await offlineCopy('/home/ann/asset/.slipway', '/tmp/copy')) await startPeer({ dataDir: '/tmp/copy' })
 */
export { offlineCopy } from './peer/data-copy.ts'
/** The files of an identity's MSP folder. */
export { identityMsp } from './export/msp-files.ts'

/**
 * The chaincode projects of a folder, and what its slipway.yaml sets for the peer.
 *
 * @example
 * const { projects, peer } = await readProjects('/home/ann/asset', { mode: 'net' })
 * for (const { name, language } of projects) console.log(name, language)
 */
export { readProjects, type Projects } from './platforms/detect.ts'

/**
 * Read a chaincode folder once, both for the settings of its peer and for opening it there.
 *
 * @example
 * const folder = await readFolder({ folder: '/home/ann/asset' })
 * await using peer = await startPeer({ ...folder.peer, dataDir: '/home/ann/asset/.slipway' })
 * const { name } = await peer.open(folder)
 */
export { readFolder, type FolderToOpen } from './custodian/read-folder.ts'

/**
 * Write the lifecycle package of a chaincode folder. Needs neither a peer nor Docker.
 *
 * @example
 * const { file, packageId } = await packageChaincode(
 *   { folder: '/home/ann/asset', label: 'asset_1.0' },
 *   { project, print: ({ text }) => console.error(text), timeoutMs: 300_000 },
 * )
 */
export { packageChaincode } from './ccprovider/package-chaincode.ts'

/**
 * The cause in what a tool or a runtime printed.
 *
 * @example
 * const { cause } = readCause(lines, sourceFiles('/home/ann/asset'))
 */
export { readCause } from './causes/causes.ts'
export { sourceFiles } from './causes/source-files.ts'
/** Lines of a stream of any length: as many of its beginning and end as a cause needs. */
export { newKeptLines } from './process/kept-lines.ts'
export { newLineSplitter } from './process/line-splitter.ts'

/**
 * Remove the containers and images that Slipway made.
 *
 * @example
 * const { containers, images } = await cleanDocker({ dataDir: '/home/ann/asset/.slipway' })
 */
export { cleanDocker } from './container/docker/clean.ts'

/**
 * Find the Docker engine, and report what becomes of it as facts.
 *
 * @example
 * const docker = watchDocker((fact) => console.log(fact))
 * const { state } = await docker.check()
 * docker.close()
 */
export { watchDocker, type DockerWatch } from './container/docker/engine/engine-watch.ts'

/**
 * Check which tools this machine has, and report them as facts. UNCHECKED_TOOLS is their state before.
 *
 * @example
 * const tools = newToolChecks((fact) => console.log(fact), docker)
 * await tools.check(['go', 'java'])
 */
export { newToolChecks, UNCHECKED_TOOLS, type ToolChecks } from './tools/check-tools.ts'

/**
 * The argument of a function of _lifecycle, a message, from JSON. Undefined if the function does not exist.
 *
 * @example
 * const argument = lifecycleArgument('QueryChaincodeDefinition', '{"name":"asset"}')
 */
export { lifecycleArgument } from './scc/lifecycle/argument-json.ts'

/**
 * The answer of a system chaincode, readable. Undefined if it is not a known message.
 *
 * @example
 * const chaincodes = decodeAnswer('lscc', 'getchaincodes', payload)
 */
export { decodeAnswer } from './scc/answers/decode-answer.ts'

/**
 * Call chaincode on a real network that slipway.yaml names.
 *
 * @example
 * const network = await openNetwork(networkNamed('test', project.networks))
 * const { payload } = await evaluateOn(network, { channel, chaincode, function: 'ReadAsset', args: ['asset1'] })
 * network.close()
 */
export { checkWritable, networkNamed, openNetwork } from './networks/network.ts'
export { evaluateOn, submitTo } from './networks/network-calls.ts'

/**
 * The state of a real network's channel, made of its blocks, as a file.
 *
 * @example
 * await writeState({ channel, begin: () => stateOf(network, channel) }, '/home/ann/state.jsonl', { chaincode: 'asset' })
 */
export { stateOf } from './networks/network-state.ts'
export { writeState } from './seeds/export-state.ts'

/**
 * Install, approve and commit a packaged chaincode on a real network.
 *
 * @example
 * const { committed, remaining } = await deploy(network, { project, channel, packaged }, console.error)
 */
export { deploy } from './networks/deploy.ts'
export { refuseFatal } from './networks/refuse-fatal.ts'

/**
 * Scenarios: files with calls and what they should answer.
 *
 * @example
 * const [file] = await findScenarios('/home/ann/asset')
 * const { passed, calls } = await runScenario(await readScenario(file), { api: peer.api, chaincode: 'asset' }, { signal })
 */
export { findScenarios, readScenario, type ScenarioFile } from './scenarios/find-scenarios.ts'
export { parseScenario } from './scenarios/read-scenario.ts'
export { judgedAgain } from './scenarios/judge-again.ts'
export { scenarioFile, SCENARIO_NAME } from './scenarios/record-call.ts'
export { runScenario, type ScenarioPeer } from './scenarios/run-scenario.ts'
export { callsOf } from './scenarios/scenario.ts'
export { recordedScenario, updatedScenario, type AnsweredCall } from './scenarios/write-scenario.ts'
export type { Scenario } from './scenarios/scenario.ts'
export { watchFolder } from './watch/folder-watch.ts'

/** Slipway's own version. */
export { VERSION } from './version.ts'

export type { PeerSettings } from './config/peer-config.ts'
export type { Peer } from './peer/handle.ts'
