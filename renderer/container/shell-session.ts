import type { PeerView } from '../view/peer-view.svelte.ts'

/** A shell in a container, for a terminal to show. */
export interface ShellSession {
  write(text: string): void
  resize(columns: number, rows: number): void
  /** End it. Idempotent. */
  close(): void
}

interface ShellListener {
  output(bytes: Uint8Array): void
  /** `code` is the shell's exit code; null if unknown. Never called after close. */
  ended(code: number | null): void
  failed(thrown: unknown): void
}

/** Open a shell of a given size and read it until it ends. Throws the peer's error. */
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

  /** Send keys in the order they were typed. Keys typed while others are being sent follow as one batch. */
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

/** If the shell has ended meanwhile, reading it reports that. */
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
