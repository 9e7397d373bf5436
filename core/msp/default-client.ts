import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf } from '../contract/error-message.ts'
import { PeerError } from '../contract/error.ts'
import type { SigningIdentity } from './identity.ts'
import { identityName, parseIdentityName } from './identity-name.ts'
import { FIRST_USER } from './organisation.ts'
import { damaged, replaceFile } from './pem-files.ts'

/**
 * Who signs if a call names nobody: the one chosen in `<dataDir>/msp/default`, else `User1` of the peer's organisation.
 */
export interface DefaultClient {
  /** `User1@Org1MSP`. */
  readonly id: string
  readonly identity: SigningIdentity
  /** From now on and at the next start. @throws as `find`, and PeerError IDENTITY_WRITE */
  choose(identity: string): Promise<void>
}

export async function openDefaultClient(
  folder: string,
  localMspId: string,
  find: (identity: string) => Promise<SigningIdentity>,
): Promise<DefaultClient> {
  const file = join(folder, 'default')
  const firstId = identityName(FIRST_USER, localMspId)
  let id = firstId
  let identity = await read()

  return {
    get id() {
      return id
    },
    get identity() {
      return identity
    },
    async choose(chosen) {
      const { name, mspId } = parseIdentityName(chosen, localMspId)
      const chosenIdentity = await find(chosen)
      try {
        await replaceFile(file, `${identityName(name, mspId)}\n`)
      } catch (error) {
        throw new PeerError('IDENTITY_WRITE', { file, message: messageOf(error) }, { cause: error })
      }
      id = identityName(name, mspId)
      identity = chosenIdentity
    },
  }

  /** The chosen one; if it no longer exists, the first user. */
  async function read(): Promise<SigningIdentity> {
    const chosen = (await readFile(file, 'utf8').catch(() => '')).trim()
    if (chosen === '' || chosen === firstId) return first()
    try {
      const chosenIdentity = await find(chosen)
      id = chosen
      return chosenIdentity
    } catch (error) {
      if (error instanceof PeerError && error.code === 'IDENTITY_DAMAGED') throw error
      return first()
    }
  }

  async function first(): Promise<SigningIdentity> {
    try {
      return await find(firstId)
    } catch (error) {
      if (!(error instanceof PeerError) || error.code !== 'IDENTITY_UNKNOWN') throw error
      throw damaged(join(folder, FIRST_USER), new Error('it is gone'))
    }
  }
}
