/** Debugging a chaincode. */
export const debugErrors = {
  DEBUG_PORT_TAKEN: (d: { name: string; port: number; reason: string }) => ({
    what: `Editors can't reach the debugger of ${d.name} at 127.0.0.1:${d.port}.`,
    why: `slipway.yaml asks for that port, and the system refuses it: ${d.reason}`,
    do: 'End what uses the port, or set `debug: true` in slipway.yaml: then Slipway takes the next free port.',
  }),
  DEBUG_CONFIGURATION: (d: { file: string; message: string }) => ({
    what: `Slipway couldn't write ${d.file}.`,
    why: d.message,
    do: 'Nothing was changed in it. Repair the file, or copy the configuration from the Run page into it.',
  }),
  DEBUG_OFF: (d: { name: string }) => ({
    what: `${d.name} isn't under a debugger.`,
    why: 'Only then is there a port that an editor can be given.',
    do: 'Switch “Start under debugger” on, or start Slipway with `--debug`.',
  }),
  DEBUG_FAILED: (d: { reason: string }) => ({
    what: 'Delve has started, but Slipway can’t debug the chaincode with it.',
    why: `Slipway has to know the process that Delve started, and couldn’t learn it: ${d.reason}`,
    do: 'Press Restart. If it happens again, run `go install github.com/go-delve/delve/cmd/dlv@latest` (in net mode the image has a Delve of its own), or switch “Start under debugger” off.',
  }),
  /**
   * `host`: of an engine on another machine; `network`: of its containers, which isn't this machine's; without either,
   * nothing can be written into them.
   */
  DEBUG_CONTAINER: (d: { name: string; host?: string; network?: string }) => {
    const { why, instead } = uncontained(d)
    return {
      what: `Slipway can't start ${d.name} under a debugger in its container.`,
      why,
      do: `${instead}, debug in dev mode, or switch “Start under debugger” off.`,
    }
  },
  /** `start`: of a Go chaincode, as slipway.yaml has it. */
  DEBUG_UNAVAILABLE: (d: { name: string; start?: string }) => ({
    what: `Slipway can't start ${d.name} under a debugger.`,
    why:
      d.start === undefined
        ? 'It starts Go, Node and Java chaincode under their debuggers, and no other.'
        : `Delve starts the program itself, and slipway.yaml has a command of its own for that: ${d.start}`,
    do: `Set \`debug: false\`, or leave \`--debug\` out. To debug it, ${d.start === undefined ? '' : 'run it in net mode, where a peer has no use for that command, or '}choose “Started by: you” on the Run page and start it in your editor’s debugger.`,
  }),
}

function uncontained({ host, network }: { host?: string; network?: string }): { why: string; instead: string } {
  if (host !== undefined) {
    return {
      why: `The engine on ${host} runs on another machine, and a debugger's port is published only on loopback: whoever reaches it runs what they like in the container.`,
      instead: 'Use an engine on this machine',
    }
  }
  if (network !== undefined) {
    return {
      why: `vm.docker.hostConfig.NetworkMode is ${network}, and that is the network of the engine's own machine or of its user, not this machine's. The debugger listens on its loopback, which nothing here reaches.`,
      instead: 'Set NetworkMode to bridge in slipway.yaml',
    }
  }
  return {
    why: 'vm.docker.hostConfig.ReadonlyRootfs is true, and Slipway has to write a file into the container that opens the debugger’s port.',
    instead: 'Set ReadonlyRootfs to false in slipway.yaml',
  }
}
