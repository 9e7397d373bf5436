/** The Docker engine, images and containers. */
export const dockerErrors = {
  DOCKER_ABSENT: (d: { looked: string[] }) => ({
    what: 'No Docker engine was found.',
    why: `Looked at ${d.looked.join(', ')}.`,
    do: 'Install Docker Engine, Docker Desktop, Colima, Rancher Desktop or Podman. Until then use dev mode: the same code, the same ledger, no Docker.',
  }),
  DOCKER_STOPPED: (d: { host: string; why: string; start: string }) => ({
    what: `The Docker engine does not answer on ${d.host}.`,
    why: `That address comes from ${d.why}. Nothing listens there.`,
    do: `Start it: ${d.start}. Slipway sees it by itself.`,
  }),
  DOCKER_PERMISSION: (d: { host: string; user: string }) => ({
    what: `You may not use the Docker engine on ${d.host}.`,
    why: `The socket is not open to ${d.user}.`,
    do: `Run \`sudo usermod -aG docker ${d.user}\`, log out and in again. Or use dev mode, which needs no Docker.`,
  }),
  DOCKER_TOO_OLD: (d: { version: string; apiVersion: string; needed: string }) => ({
    what: `Docker ${d.version} is too old.`,
    why: `It speaks API ${d.apiVersion}; ${d.needed} is needed.`,
    do: 'Update the Docker engine.',
  }),
  DOCKER_UNREACHABLE: (d: { host: string; why: string; reason: string }) => ({
    what: `The Docker engine on ${d.host} cannot be reached.`,
    why: `${d.reason} That address comes from ${d.why}.`,
    do: 'Check that address, its certificates and its network with `docker version`.',
  }),
  DOCKER_ADDRESS: (d: { text: string; why: string; reason: string }) => ({
    what: `"${d.text}" is no address of a Docker engine.`,
    why: `${d.reason} It comes from ${d.why}.`,
    do: 'Write it as unix:///path, tcp://host:port or ssh://user@host.',
  }),
  DOCKER_CONTEXT_UNKNOWN: (d: { context: string; why: string; known: string[] }) => ({
    what: `There is no docker context ${d.context}.`,
    why: `${d.why} names it. ${d.known.length === 0 ? 'There are no others either.' : `There are: ${d.known.join(', ')}.`}`,
    do: 'Choose one of `docker context ls` with `docker context use`, or unset DOCKER_CONTEXT. Slipway sees it by itself.',
  }),
  DOCKER_LOST: (d: { host: string; doing: string }) => ({
    what: `The Docker engine went away while ${d.doing}.`,
    why: `The connection to ${d.host} broke.`,
    do: 'Start it again: Slipway sees it by itself, and launches the chaincode anew when it is called or saved.',
  }),
  DOCKER_REFUSED: (d: { doing: string; status: number; message: string }) => ({
    what: `The Docker engine refused: ${d.doing}.`,
    why: `${d.message} (${d.status})`,
    do: 'Read the reason. If it is not about your engine or your configuration, please report it.',
  }),
  DOCKER_DISK_FULL: (d: { doing: string; message: string }) => ({
    what: `The Docker engine has no space left for ${d.doing}.`,
    why: d.message,
    do: 'Free some: `docker system df` shows what takes it, `docker system prune` removes what nothing uses.',
  }),
  IMAGE_NOT_FOUND: (d: { image: string; message: string }) => ({
    what: `There is no image ${d.image}.`,
    why: d.message,
    do: `Check its name in slipway.yaml, or get it with \`docker pull ${d.image}\`, which knows your logins.`,
  }),
  REGISTRY_UNREACHABLE: (d: { image: string; message: string }) => ({
    what: `The image ${d.image} is not here, and its registry cannot be reached.`,
    why: d.message,
    do: `Check the network and the proxy of the Docker engine, then \`docker pull ${d.image}\`. Or use dev mode, which needs no image.`,
  }),
  IMAGE_BUILD_FAILED: (d: { image: string; step: string; message: string; lastLines: string[] }) => ({
    what: `The image of the chaincode could not be built: ${d.step}.`,
    why: d.message,
    do: 'Read the build output, mend the source and save. The last good build goes on serving.',
  }),
  CONTAINER_NAME_TAKEN: (d: { name: string; id: string; image: string }) => ({
    what: `The container name ${d.name} is taken.`,
    why: `A container that is not Slipway's has it: ${d.id.slice(0, 12)}, of ${d.image}. Slipway never removes what it did not make.`,
    do: `Rename it with \`docker rename ${d.id.slice(0, 12)} other-name\`, or remove it, then press Restart.`,
  }),
  CONTAINER_REFUSED: (d: { name: string; message: string }) => ({
    what: `The container ${d.name} could not be started.`,
    why: d.message,
    do: 'Check the base image, its architecture and vm.docker.hostConfig in slipway.yaml.',
  }),
  CONTAINER_ARCHITECTURE: (d: { name: string; image: string; imageArch: string; engineArch: string }) => ({
    what: `The container ${d.name} cannot run on this engine.`,
    why: `${d.image} is built for ${d.imageArch}, the engine runs ${d.engineArch}.`,
    do: 'Choose a base image for this architecture in slipway.yaml.',
  }),
  CONTAINER_NAME_INVALID: (d: { name: string }) => ({
    what: `'${d.name}' breaks Docker's repository naming rules.`,
    why: 'It is made of the network id, the peer id and the chaincode’s name and version.',
    do: 'Choose another name or version for the chaincode.',
  }),
  PEER_UNREACHABLE: (d: { reason: string; fix: string }) => ({
    what: 'A container of this engine would not reach the peer.',
    why: d.reason,
    do: `${d.fix} In dev mode the same code runs without Docker.`,
  }),
  NOT_IN_CONTAINER: (d: { canonicalName: string }) => ({
    what: `${d.canonicalName} runs in no container.`,
    why: 'A shell is only to be had in net mode, while its container runs.',
    do: 'Switch it to net mode, or start it.',
  }),
  SHELL_UNKNOWN: (d: { id: number }) => ({
    what: `There is no shell ${d.id}.`,
    why: 'It has ended, or its container has.',
    do: 'Open a new one.',
  }),
  DIAL_FAILED: (d: { canonicalName: string; address: string; seconds: number; reason: string }) => ({
    what: `${d.canonicalName} does not answer on ${d.address}.`,
    why: `Tried for ${d.seconds} s: ${d.reason}`,
    do: 'Check that the chaincode serves there (shim.ChaincodeServer, `fabric-chaincode-node server`) and under that address.',
  }),
  PACKAGE_INVALID: (d: { file: string; reason: string; do?: string }) => ({
    what: `${d.file} cannot go into a chaincode package.`,
    why: d.reason,
    do: d.do ?? 'Remove it, or name it under `ignore` in slipway.yaml.',
  }),
  PACKAGE_TOO_LARGE: (d: { size: number; limit: number; largest: string[] }) => ({
    what: `The chaincode package would be ${Math.round(d.size / 1e6)} MB; ${Math.round(d.limit / 1e6)} MB is the most a peer takes.`,
    why: `The largest files: ${d.largest.join(', ')}.`,
    do: 'Remove what the chaincode does not need, or name it under `ignore` in slipway.yaml.',
  }),
}
