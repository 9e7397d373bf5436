import type { PeerView } from '../view/peer-view.svelte.ts'

/** A shell in a container, as a terminal needs it. */
export interface ShellSession {
  write(text: string): void
  resize(columns: number, rows: number): void
  /** End it. Idempotent. */
  close(): void
}

interface ShellListener {
  output(bytes: Uint8Array): void
  /** `code` is that of the shell; null where it is not known. Never told after close. */
  ended(code: number | null): void
  failed(thrown: unknown): void
}

/** Open a shell of a size and read it until it ends. Throws what the peer says of it. */
export async function openShell(
  peer: PeerView,
  name: string,
  size: { columns: number; rows: number },
  listener: ShellListener,
): Promise<ShellSession> {
  const { id } = await peer.call('openShell', { name, ...size })
  const reading = new AbortController()
  let closed = false
  let typed = ''
  let writing = false

  async function read(): Promise<void> {
    try {
      for (;;) {
        const { base64, ended } = await peer.call('readShell', { id }, reading.signal)
        if (closed) return
        if (base64 !== '') listener.output(bytesOf(base64))
        if (ended !== undefined) {
          closed = true
          return listener.ended(ended.code)
        }
      }
    } catch (thrown) {
      if (!closed) fail(thrown)
    }
  }

  /** Keys go in the order they were pressed: what comes while some are on their way goes after them, at once. */
  async function send(): Promise<void> {
    if (writing) return
    writing = true
    try {
      while (typed !== '' && !closed) {
        const base64 = base64Of(new TextEncoder().encode(typed))
        typed = ''
        await peer.call('writeShell', { id, base64 })
      }
    } catch (thrown) {
      if (!closed) fail(thrown)
    } finally {
      writing = false
    }
  }

  function fail(thrown: unknown): void {
    closed = true
    listener.failed(thrown)
  }

  void read()
  return {
    write(text) {
      typed += text
      void send()
    },
    resize(columns, rows) {
      if (!closed) peer.call('resizeShell', { id, columns, rows }).catch(ignoreEnded)
    },
    close() {
      if (closed) return
      closed = true
      reading.abort()
      peer.call('closeShell', { id }).catch(ignoreEnded)
    },
  }
}

/** A shell that went by itself meanwhile is told by the reading of it. */
function ignoreEnded(thrown: unknown): void {
  console.warn('slipway: shell', thrown)
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}

function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}
