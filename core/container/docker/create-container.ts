import { PeerError } from '../../contract/error.ts'
import { waitFor } from '../../facts/wait.ts'
import type { ContainerCreate, DockerEngine } from './engine/engine.ts'
import { isOwnContainer } from './labels.ts'

/** How long to wait for an aborted create, to remove what it makes: a hung engine never answers. */
const CREATE_GRACE_MS = 10_000
/** An engine that takes longer to remove a container is hung. */
const REMOVAL_MS = 15_000

export interface Creation {
  container: ContainerCreate
  /** The peer whose stale containers may be removed for it. */
  peer: string
  /** Build its image again, which has just been removed. */
  build(): Promise<void>
  /** It was created after all, and couldn't be removed. */
  leftBehind(id: string): void
}

/**
 * Create a container, after removing a stale one of ours with the same name. Resolves with its id.
 * @throws PeerError CONTAINER_NAME_TAKEN if a container that isn't ours has the name; the signal's reason, and then no
 * container is left
 */
export async function createContainer(engine: DockerEngine, creation: Creation, signal: AbortSignal): Promise<string> {
  let [removed, built] = [false, false]
  for (;;) {
    try {
      return await createOnce(engine, creation, signal)
    } catch (error) {
      signal.throwIfAborted()
      const { code } = PeerError.from(error)
      if (code === 'CONTAINER_NAME_TAKEN' && !removed) {
        removed = true
        await makeRoom(engine, creation, error)
      } else if (code === 'IMAGE_NOT_FOUND' && !built) {
        built = true
        await creation.build()
      } else throw error
    }
  }
}

/** Remove a container by force. Never rejects: `leftBehind` is called if the engine fails to. */
export async function removeOrRemember(
  engine: DockerEngine,
  id: string,
  leftBehind: (id: string) => void,
): Promise<void> {
  await waitFor(engine.removeContainer(id), { deadlineMs: REMOVAL_MS }).catch(() => leftBehind(id))
}

/** The engine finishes a create even if the client hangs up: after an abort, wait for it and remove the container. */
async function createOnce(
  engine: DockerEngine,
  { container, leftBehind }: Creation,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted()
  const creating = engine.createContainer(container)
  try {
    return await waitFor(creating, { signal })
  } catch (error) {
    if (signal.aborted) {
      const removed = creating.then((id) => removeOrRemember(engine, id, leftBehind))
      await waitFor(removed, { deadlineMs: CREATE_GRACE_MS }).catch(() => undefined)
    }
    throw error
  }
}

/** @throws PeerError CONTAINER_NAME_TAKEN if the container of that name isn't this peer's */
async function makeRoom(engine: DockerEngine, { container, peer }: Creation, error: unknown): Promise<void> {
  const { name } = container
  const holder = await engine.inspectContainer(name)
  if (holder === undefined) return
  if (!isOwnContainer(holder, peer)) {
    throw new PeerError('CONTAINER_NAME_TAKEN', { name, id: holder.id, image: holder.image }, { cause: error })
  }
  await engine.stopContainer(holder.id, 0).catch(() => undefined)
  await engine.removeContainer(holder.id)
}
