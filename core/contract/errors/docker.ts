import { adviceOf, whyOf } from '../advice.ts'
import type { Printed } from '../cause.ts'

/** The Docker engine, images and containers. */
export const dockerErrors = {
  DOCKER_ABSENT: (d: { looked: string[] }) => ({
    what: 'Slipway found no Docker engine.',
    why: `It looked at ${d.looked.join(', ')}.`,
    do: 'Install Docker Engine, Docker Desktop, Colima, Rancher Desktop or Podman. Until then use dev mode: the same code and ledger, without Docker.',
  }),
  DOCKER_STOPPED: (d: { host: string; why: string; start: string }) => ({
    what: `The Docker engine on ${d.host} doesn't answer.`,
    why: `Nothing is listening there. The address comes from ${d.why}.`,
    do: `Start it: ${d.start}. Slipway notices automatically.`,
  }),
  DOCKER_PERMISSION: (d: { host: string; user: string }) => ({
    what: `You don't have permission to use the Docker engine on ${d.host}.`,
    why: `Its socket isn't open to ${d.user}.`,
    do: `Run \`sudo usermod -aG docker ${d.user}\`, then log out and in again. Or use dev mode, which doesn't need Docker.`,
  }),
  DOCKER_TOO_OLD: (d: { version: string; apiVersion: string; needed: string }) => ({
    what: `Docker ${d.version} is too old.`,
    why: `It supports API ${d.apiVersion}; Slipway needs ${d.needed}.`,
    do: 'Update the Docker engine.',
  }),
  DOCKER_UNREACHABLE: (d: { host: string; why: string; reason: string }) => ({
    what: `Slipway can't reach the Docker engine on ${d.host}.`,
    why: `${d.reason} The address comes from ${d.why}.`,
    do: 'Check the address, its certificates and the network with `docker version`.',
  }),
  DOCKER_ADDRESS: (d: { text: string; why: string; reason: string }) => ({
    what: `"${d.text}" isn't a valid Docker engine address.`,
    why: `${d.reason} It comes from ${d.why}.`,
    do: 'Write it as unix:///path, tcp://host:port or ssh://user@host.',
  }),
  DOCKER_CONTEXT_UNKNOWN: (d: { context: string; why: string; known: string[] }) => ({
    what: `The docker context ${d.context} doesn't exist.`,
    why: `${d.why} names it. ${d.known.length === 0 ? 'No other contexts exist.' : `Existing contexts: ${d.known.join(', ')}.`}`,
    do: 'Choose one from `docker context ls` with `docker context use`, or unset DOCKER_CONTEXT. Slipway notices automatically.',
  }),
  DOCKER_LOST: (d: { host: string; doing: string }) => ({
    what: `The Docker engine went away while ${d.doing}.`,
    why: `The connection to ${d.host} broke.`,
    do: 'Start it again. Slipway notices automatically and launches the chaincode again when you call or save it.',
  }),
  DOCKER_REFUSED: (d: { doing: string; status: number; message: string }) => ({
    what: `The Docker engine returned an error while ${d.doing}.`,
    why: `${d.message} (${d.status})`,
    do: 'Check your engine and configuration. If neither is the cause, please report it.',
  }),
  DOCKER_DISK_FULL: (d: { doing: string; message: string }) => ({
    what: `The Docker engine ran out of disk space while ${d.doing}.`,
    why: d.message,
    do: 'Free some space: `docker system df` shows what uses it, `docker system prune` removes what is unused.',
  }),
  IMAGE_NOT_FOUND: (d: { image: string; message: string }) => ({
    what: `The image ${d.image} doesn't exist.`,
    why: d.message,
    do: `Check its name in slipway.yaml, or run \`docker pull ${d.image}\`, which uses your registry logins.`,
  }),
  REGISTRY_UNREACHABLE: (d: { image: string; message: string }) => ({
    what: `The image ${d.image} isn't on this machine, and the Docker engine can't reach its registry.`,
    why: d.message,
    do: `Check the Docker engine's network and proxy, then run \`docker pull ${d.image}\`. Or use dev mode, which doesn't need an image.`,
  }),
  IMAGE_BUILD_FAILED: (d: { image: string; step: string; message: string } & Printed) => ({
    what: `Building the chaincode's image failed: ${d.step}.`,
    why: whyOf(d, d.message),
    do: adviceOf(d, 'Read the build output, fix the source and save. The last good build keeps serving.'),
  }),
  CONTAINER_NAME_TAKEN: (d: { name: string; id: string; image: string }) => ({
    what: `The container name ${d.name} is already in use.`,
    why: `Another container has it: ${d.id.slice(0, 12)}, from ${d.image}. Slipway never removes containers that it didn't create.`,
    do: `Rename it with \`docker rename ${d.id.slice(0, 12)} other-name\`, or remove it, then press Restart.`,
  }),
  CONTAINER_REFUSED: (d: { name: string; message: string }) => ({
    what: `The container ${d.name} couldn't be started.`,
    why: d.message,
    do: 'Check the base image, its architecture and vm.docker.hostConfig in slipway.yaml.',
  }),
  CONTAINER_ARCHITECTURE: (d: { name: string; image: string; imageArch: string; engineArch: string }) => ({
    what: `The container ${d.name} can't run on this engine.`,
    why: `${d.image} is built for ${d.imageArch}, but the engine runs ${d.engineArch}.`,
    do: 'Choose a base image for this architecture in slipway.yaml.',
  }),
  CONTAINER_NAME_INVALID: (d: { name: string }) => ({
    what: `'${d.name}' breaks Docker's repository naming rules.`,
    why: 'Slipway builds this name from the network id, the peer id and the chaincode’s name and version.',
    do: 'Choose another name or version for the chaincode.',
  }),
  PEER_UNREACHABLE: (d: { reason: string; fix: string }) => ({
    what: 'Containers on this engine couldn’t reach the peer.',
    why: d.reason,
    do: `${d.fix} In dev mode the same code runs without Docker.`,
  }),
  NOT_IN_CONTAINER: (d: { canonicalName: string }) => ({
    what: `${d.canonicalName} isn't running in a container.`,
    why: 'A shell is available only in net mode, while the container is running.',
    do: 'Switch to net mode, or start the chaincode.',
  }),
  SHELL_UNKNOWN: (d: { id: number }) => ({
    what: `Shell ${d.id} doesn't exist.`,
    why: 'It has ended, or its container has.',
    do: 'Open a new one.',
  }),
  /** `tls`: who alone speaks it. */
  DIAL_FAILED: (d: {
    canonicalName: string
    address: string
    seconds: number
    reason: string
    tls?: 'server' | 'peer'
  }) => ({
    what: `${d.canonicalName} doesn't answer on ${d.address}.`,
    why: `Slipway tried for ${d.seconds} s: ${d.reason}`,
    do: dialAdvice[d.tls ?? 'none'],
  }),
  PACKAGE_INVALID: (d: { file: string; reason: string; do?: string }) => ({
    what: `${d.file} can't go into a chaincode package.`,
    why: d.reason,
    do: d.do ?? 'Remove it, or list it under `ignore` in slipway.yaml.',
  }),
  PACKAGE_TOO_LARGE: (d: { size: number; limit: number; largest: string[] }) => ({
    what: `The chaincode package would be ${Math.round(d.size / 1e6)} MB; a peer accepts at most ${Math.round(d.limit / 1e6)} MB.`,
    why: `The largest files are ${d.largest.join(', ')}.`,
    do: 'Remove what the chaincode doesn’t need, or list it under `ignore` in slipway.yaml.',
  }),
}

const dialAdvice = {
  none: 'Check that the chaincode runs as a server (shim.ChaincodeServer, `fabric-chaincode-node server`) and listens on that address.',
  server:
    'Put the connection.json that a real peer gets into the chaincode’s folder, with `tls_required` and `root_cert`. Or let the chaincode serve without TLS here (TLSProps.Disabled in Go, CHAINCODE_TLS_DISABLED=true in Node).',
  peer: 'connection.json asks for TLS (`tls_required`). Set that to false, or give the chaincode its key and certificate.',
}
