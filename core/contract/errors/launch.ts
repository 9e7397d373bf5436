import { adviceOf, whyOf } from '../advice.ts'
import type { Printed } from '../cause.ts'
import { wrongAddress } from '../connection-words.ts'
import type { Diagnostic } from '../diagnostic.ts'
import { faultAdvice, type SystemFault } from '../system-fault.ts'

/** Building and starting a chaincode. */
export const launchErrors = {
  TOOL_MISSING: (d: { tool: string; needed: string; hint: string }) => ({
    what: `${d.tool} isn't installed on this machine.`,
    why: d.needed,
    do: d.hint,
  }),
  INSTALL_FAILED: (d: { command: string; words: string } & Printed) => ({
    what: `Installing the chaincode's dependencies failed: ${d.command} ${d.words}.`,
    why: whyOf(d, 'It printed nothing.'),
    do: adviceOf(d, 'Read the build output. If you have no network here, install the dependencies once where you do.'),
  }),
  INSTALL_READ_ONLY: (d: { folder: string; message: string }) => ({
    what: `Slipway can't install the chaincode's dependencies in ${d.folder}.`,
    why: d.message,
    do: 'Give your user write access to that folder, install the dependencies yourself, or open a copy of the folder.',
  }),
  BUILD_FAILED: (
    d: {
      command: string
      words: string
      diagnostics?: Diagnostic[]
    } & Printed,
  ) => ({
    what: `The build failed: ${d.command} ${d.words}.`,
    why: whyOf(d, 'It printed nothing.'),
    do: adviceOf(d, 'Fix the source and save: Slipway builds again. The last good build keeps serving.'),
  }),
  TSCONFIG_REFUSED: (
    d: {
      command: string
      options: { option: string; message: string; fix: string }[]
      diagnostics: Diagnostic[]
    } & Printed,
  ) => ({
    what: `The build failed: TypeScript refuses ${d.options.map(({ option }) => option).join(', ')} of tsconfig.json.`,
    why: d.options.map(({ message }) => message).join(' '),
    do: d.options.map(({ fix }) => fix).join(' '),
  }),
  OUTPUT_MISPLACED: (d: { command: string; expected: string; found: string; rootDir: string }) => ({
    what: `The build didn't write ${d.expected}, which the start script loads; it wrote ${d.found}.`,
    why: 'TypeScript repeats the folders of the sources below outDir, from rootDir on. Without one, TypeScript 6 and newer begin at tsconfig.json, and older ones at the folder that holds all sources.',
    do: `Set \`"rootDir": "./${d.rootDir}"\` in tsconfig.json and keep other sources out of \`include\`, or name ${d.found} in package.json.`,
  }),
  BUILD_TIMEOUT: (d: { command: string; seconds: number }) => ({
    what: `The build didn't finish within ${d.seconds} s: ${d.command}.`,
    why: 'Slipway stopped it. It may have been waiting for input or the network.',
    do: 'Run it in a terminal to see what it waits for, or raise `buildtimeout` in slipway.yaml.',
  }),
  START_FAILED: (d: { command: string; reason: string; fault?: SystemFault | undefined }) => ({
    what: `The chaincode couldn't be started: ${d.command}.`,
    why: d.reason,
    do: d.fault === 'files' ? faultAdvice.files : 'Check the start command, in slipway.yaml if you set one there.',
  }),
  /** `address`: where it was to connect; `inContainer`: from a container; `code`: its exit code. */
  CHAINCODE_EXITED: (
    d: {
      canonicalName: string
      words: string
      code?: number | null
      address?: string
      inContainer?: boolean
    } & Printed,
  ) => ({
    what: `${d.canonicalName} ${d.words} before it was ready.`,
    ...(wrongAddress(d.cause, d.address, d.inContainer) ??
      endedSilently(d) ?? {
        why: whyOf(d),
        do: adviceOf(d, 'Read its output, fix the source and save.'),
      }),
  }),
  CHAINCODE_STOPPED: (d: { canonicalName: string; words: string } & Printed) => ({
    what: `${d.canonicalName} ${d.words}.`,
    why: whyOf(d),
    do: adviceOf(d, 'Fix the source and save, or press Restart to launch it again. The ledger keeps its state.'),
  }),
  PROJECT_INCOMPLETE: (d: { name: string; key: string; reason: string }) => ({
    what: `slipway.yaml doesn't say enough about ${d.name}: it needs \`${d.key}\`.`,
    why: `Its language is \`other\`, and ${d.reason}.`,
    do: `Add \`${d.key}:\` to slipway.yaml and save.`,
  }),
  SERVER_UNSET: (d: { canonicalName: string; evidence: string } & Printed) => ({
    what: `The chaincode ${d.canonicalName} didn't connect to Slipway: it seems to be a server.`,
    why: `${d.evidence} shows that the peer has to dial it (chaincode as a service).`,
    do: 'Set `server: 127.0.0.1:9999` in slipway.yaml, with a port of your choice: Slipway then starts it with that CHAINCODE_SERVER_ADDRESS and dials it.',
  }),
  STARTUP_TIMEOUT: (
    d: {
      canonicalName: string
      seconds: number
      address: string
      nothingConnected?: boolean
    } & Printed,
  ) => ({
    what: `${d.canonicalName} didn't register within ${d.seconds} s.`,
    ...(wrongAddress(d.cause, d.address, d.nothingConnected) ?? notRegistered(d)),
  }),
  /** With what the process that its author started has printed, if that says why it can't connect. */
  NOT_CONNECTED: (d: { canonicalName: string; address: string; command: string } & Partial<Printed>) => ({
    what: `${d.canonicalName} isn't connected.`,
    why:
      d.output === undefined
        ? `You start this chaincode yourself, and nothing is registered as ${d.canonicalName} on ${d.address}.`
        : whyOf({ ...d, output: d.output }),
    do:
      d.output === undefined
        ? `Start it with: ${d.command}`
        : `${adviceOf({ ...d, output: d.output }, 'Fix the source.')} Then start it again with: ${d.command}`,
  }),
  NOT_RUNNING: (d: { canonicalName: string }) => ({
    what: `${d.canonicalName} isn't running.`,
    why: 'It was stopped.',
    do: 'Press Start, or save the source.',
  }),
  SYSTEM_CHAINCODE_NOT_RUNNING: (d: { canonicalName: string }) => ({
    what: `The system chaincode ${d.canonicalName} isn't running.`,
    why: 'A system chaincode starts with the peer; a call can’t launch it.',
    do: 'Restart Slipway. If it happens again, it is our bug: please report it.',
  }),
  PACKAGE_MISSING: (d: { canonicalName: string; file: string }) => ({
    what: `The package of ${d.canonicalName} is missing.`,
    why: `${d.file} doesn't exist.`,
    do: 'Open the chaincode folder again: that installs the package.',
  }),
  PACKAGE_DAMAGED: (d: { canonicalName: string; file: string; message: string }) => ({
    what: `Slipway can't read the package of ${d.canonicalName}.`,
    why: `${d.file}: ${d.message}`,
    do: 'Delete that file and open the chaincode folder again.',
  }),
  LIFECYCLE: (d: { message: string }) => ({
    what: '_lifecycle refused the request.',
    why: d.message,
    do: 'Check the chaincode’s name and version. Opening its folder again redefines it.',
  }),
  VM_NOT_FOUND: (d: { name: string; known: string[] }) => ({
    what: `${d.name} isn't a system chaincode.`,
    why: `Registered system chaincodes: ${d.known.join(', ')}.`,
    do: 'This is our bug: please report it.',
  }),
}

/** It had nothing to do: nobody starts the shim, which would keep it running. */
function endedSilently({ code, cause }: { code?: number | null } & Printed) {
  if (code !== 0 || cause !== undefined) return undefined
  return {
    why: 'It ended by itself without a word: its program runs to its end and never starts the shim.',
    do: 'Start the shim in its main program: `fabric-chaincode-node start` as start script, or `shim.start(new Chaincode())`; `shim.Start` or `contract.Start` in Go; `start(args)` in Java. Then save.',
  }
}

function notRegistered({ nothingConnected, address }: { nothingConnected?: boolean; address: string }) {
  if (nothingConnected === true) {
    return {
      why: `Its container is running, but nothing connected to ${address}.`,
      do: 'Check that it calls shim.Start. If it does, a firewall on this machine may be blocking containers: allow traffic from the Docker bridge (`sudo ufw allow in on docker0`, `sudo firewall-cmd --zone=trusted --add-interface=docker0`).',
    }
  }
  return {
    why: `Its process is running, but nothing registered under that name on ${address}.`,
    do: 'Check that it calls shim.Start and takes its address and name from its arguments and environment.',
  }
}
