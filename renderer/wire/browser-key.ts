/** What this browser has of its admission: it signs with the key and can't show it, not even to a page of this origin. */
export interface StoredKey {
  id: string
  key: CryptoKey
  /** The page that it was given to. */
  page: string
}

const DATABASE = 'slipway-door'
const STORE = 'keys'
const NAME = 'this-browser'

/** Undefined if there is none, or this browser keeps nothing. Tabs of an origin share it. */
export async function storedKey(): Promise<StoredKey | undefined> {
  try {
    return await inStore('readonly', (store) => store.get(NAME) as IDBRequest<StoredKey | undefined>)
  } catch {
    // A private window, or storage is turned off: a new address is needed after a restart.
    return undefined
  }
}

export async function storeKey(key: StoredKey): Promise<void> {
  await inStore('readwrite', (store) => store.put(key, NAME))
}

async function inStore<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const database = await openDatabase()
  try {
    return await done(work(database.transaction(STORE, mode).objectStore(STORE)))
  } finally {
    database.close()
  }
}

function openDatabase(): Promise<IDBDatabase> {
  const opening = indexedDB.open(DATABASE, 1)
  opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore(STORE))
  return done(opening)
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((settle, reject) => {
    request.addEventListener('success', () => settle(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB failed')))
  })
}
