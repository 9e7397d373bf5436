import type { Diagnostic } from '../diagnostic.ts'

/** Building a chaincode and getting it to run. */
export const launchErrors = {
  TOOL_MISSING: (d: { tool: string; needed: string; hint: string }) => ({
    what: `${d.tool} was not found on this machine.`,
    why: d.needed,
    do: d.hint,
  }),
  INSTALL_FAILED: (d: { command: string; words: string; lastLines: string[] }) => ({
    what: `Installing the chaincode's dependencies failed: ${d.command} ${d.words}.`,
    why: d.lastLines.at(-1) ?? 'It printed nothing.',
    do: 'Read the build output. Without a network, install them once where there is one.',
  }),
  BUILD_FAILED: (d: {
    command: string
    words: string
    first?: string
    lastLines: string[]
    diagnostics?: Diagnostic[]
  }) => ({
    what: `The build failed: ${d.command} ${d.words}.`,
    why: d.first ?? d.lastLines.at(-1) ?? 'It printed nothing.',
    do: 'Mend the source and save: Slipway builds again. The last good build goes on serving.',
  }),
  BUILD_TIMEOUT: (d: { command: string; seconds: number }) => ({
    what: `The build did not end within ${d.seconds} s: ${d.command}.`,
    why: 'It was stopped. It may wait for input or for the network.',
    do: 'Run it in a terminal to see what it waits for, or raise `buildtimeout` in slipway.yaml.',
  }),
  START_FAILED: (d: { command: string; reason: string }) => ({
    what: `The chaincode could not be started: ${d.command}.`,
    why: d.reason,
    do: 'Check the start command, in slipway.yaml where you set one.',
  }),
  CHAINCODE_EXITED: (d: { canonicalName: string; words: string; lastLines: string[] }) => ({
    what: `${d.canonicalName} ${d.words} before it was ready.`,
    why: lastWords(d.lastLines),
    do: 'Read its output, mend the source and save.',
  }),
  CHAINCODE_STOPPED: (d: { canonicalName: string; words: string; lastLines: string[] }) => ({
    what: `${d.canonicalName} ${d.words}.`,
    why: lastWords(d.lastLines),
    do: 'Save the source or press Restart to launch it again. The ledger keeps its state.',
  }),
  STARTUP_TIMEOUT: (d: {
    canonicalName: string
    seconds: number
    address: string
    nothingConnected?: boolean
    lastLines: string[]
  }) => ({
    what: `${d.canonicalName} did not register within ${d.seconds} s.`,
    why:
      d.nothingConnected === true
        ? `Its container runs, but nothing has connected to ${d.address}.`
        : `Its process runs, but nothing registered by that name on ${d.address}.`,
    do:
      d.nothingConnected === true
        ? 'Check that it calls shim.Start. If it does, a firewall of this machine may keep containers from it: let in what comes from the Docker bridge (`sudo ufw allow in on docker0`, `sudo firewall-cmd --zone=trusted --add-interface=docker0`).'
        : 'Check that it calls shim.Start and takes its address and name from the arguments and environment it is given.',
  }),
  NOT_CONNECTED: (d: { canonicalName: string; address: string; command: string }) => ({
    what: `${d.canonicalName} is not connected.`,
    why: `You start this chaincode yourself, and nothing is registered as ${d.canonicalName} on ${d.address}.`,
    do: `Start it with: ${d.command}`,
  }),
  NOT_RUNNING: (d: { canonicalName: string }) => ({
    what: `${d.canonicalName} is not running.`,
    why: 'It was stopped.',
    do: 'Press Start, or save the source.',
  }),
  SYSTEM_CHAINCODE_NOT_RUNNING: (d: { canonicalName: string }) => ({
    what: `The system chaincode ${d.canonicalName} is not running.`,
    why: 'A system chaincode is started with the peer and cannot be launched by an invocation.',
    do: 'Restart Slipway. If it happens again it is our bug: please report it.',
  }),
  PACKAGE_MISSING: (d: { canonicalName: string; file: string }) => ({
    what: `There is no package for ${d.canonicalName}.`,
    why: `Nothing is installed at ${d.file}.`,
    do: 'Open the chaincode folder again: that installs it.',
  }),
  PACKAGE_DAMAGED: (d: { canonicalName: string; file: string; message: string }) => ({
    what: `The package of ${d.canonicalName} cannot be read.`,
    why: `${d.file}: ${d.message}`,
    do: 'Delete that file and open the chaincode folder again.',
  }),
  LIFECYCLE: (d: { message: string }) => ({
    what: '_lifecycle refused.',
    why: d.message,
    do: 'Check the chaincode’s name and version. Opening its folder again defines it anew.',
  }),
  VM_NOT_FOUND: (d: { name: string; known: string[] }) => ({
    what: `${d.name} is not a system chaincode.`,
    why: `Registered are: ${d.known.join(', ')}.`,
    do: 'This is our bug: please report it.',
  }),
}

/** The last that it printed, on one line. */
function lastWords(lines: string[]): string {
  const said = lines.filter((line) => line.trim() !== '').slice(-3)
  return said.length === 0 ? 'It printed nothing of its own.' : said.join(' ⏎ ')
}
