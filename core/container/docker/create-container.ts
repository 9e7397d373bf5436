import { PeerError } from '../../contract/error.ts'
import { waitFor } from '../../facts/wait.ts'
import type { ContainerCreate, DockerEngine } from './engine/engine.ts'
import { isOwnContainer } from './labels.ts'

/** A create that was aborted is awaited, so that what it makes can be removed; an engine that hangs is not. */
const CREATE_GRACE_MS = 10_000
/** An engine that takes longer to remove a container hangs. */
const REMOVAL_MS = 15_000

export interface Creation {
  wanted: ContainerCreate
  /** The peer whose containers may make room for it. */
  peer: string
  /** Build its image, which has just gone. */
  build(): Promise<void>
  /** It was made after all, and could not be removed. */
  leftBehind(id: string): void
}

/**
 * Create a container; a stale one of ours that has its name goes first. Resolves with its id.
 * @throws PeerError CONTAINER_NAME_TAKEN where a stranger's has the name; the signal's reason: then there is none
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

/** Remove a container by force; an engine that does not is no error, but remembered. */
export async function removeOrRemember(
  engine: DockerEngine,
  id: string,
  leftBehind: (id: string) => void,
): Promise<void> {
  await waitFor(engine.removeContainer(id), { deadlineMs: REMOVAL_MS }).catch(() => leftBehind(id))
}

/**
 * The engine goes on creating for whoever has hung up, so its answer is awaited also after an abort: what it made is
 * removed.
 */
async function createOnce(
  engine: DockerEngine,
  { wanted, leftBehind }: Creation,
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted()
  const creating = engine.createContainer(wanted)
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

/** @throws PeerError CONTAINER_NAME_TAKEN, where the container of that name is not this peer's */
async function makeRoom(engine: DockerEngine, { wanted, peer }: Creation, error: unknown): Promise<void> {
  const { name } = wanted
  const there = await engine.inspectContainer(name)
  if (there === undefined) return
  if (!isOwnContainer(there, peer)) {
    throw new PeerError('CONTAINER_NAME_TAKEN', { name, id: there.id, image: there.image }, { cause: error })
  }
  await engine.stopContainer(there.id, 0).catch(() => undefined)
  await engine.removeContainer(there.id)
}
