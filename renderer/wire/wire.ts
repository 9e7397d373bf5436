/** A pipe to the host. It may close and reopen on its own; messages posted while it is closed are lost. */
export interface Wire {
  post(message: unknown): void
  /** Returns a function that stops listening, as do the two below. */
  onMessage(listener: (message: unknown) => void): () => void
  /** Called each time it opens, and soon if it is already open. */
  onOpen(opened: () => void): () => void
  onClose(closed: () => void): () => void
  /** Called while it is closed, whenever another reason is found. */
  onTrouble(heard: (trouble: Trouble) => void): () => void
}

/**
 * Why a wire is closed: Slipway said that it stops (`stopped`), the wire broke (`broken`), nothing answers (`away`),
 * Slipway doesn't know this browser (`refused`), or another program listens at its address (`stranger`).
 */
export type Trouble = 'stopped' | 'broken' | 'away' | 'refused' | 'stranger'

/** What the window's preload script exposes. */
export interface WindowPort {
  post(message: unknown): void
  onMessage(listener: (message: unknown) => void): unknown
}

/** The wire of the app's own window, open as long as the window. */
export function windowWire(port: WindowPort): Wire {
  const listeners = new Set<(message: unknown) => void>()
  port.onMessage((message) => {
    for (const listener of listeners) listener(message)
  })
  return {
    post: (message) => port.post(message),
    onMessage: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onOpen(opened) {
      let listening = true
      queueMicrotask(() => {
        if (listening) opened()
      })
      return () => {
        listening = false
      }
    },
    onClose: () => () => undefined,
    onTrouble: () => () => undefined,
  }
}

/** The parts of a browser's WebSocket that are used here. */
export interface Socket {
  readonly readyState: number
  send(text: string): void
  close(): void
  addEventListener(type: 'open', listener: () => void): void
  addEventListener(type: 'close', listener: (event: { code: number }) => void): void
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void
}

export interface SocketWireConfig {
  open(): Socket
  /** Asked before a socket is opened again. Never rejects. Default: just open it. */
  comeBack?: () => Promise<'open' | Trouble>
}

const OPEN = 1
const GOING_AWAY = 1001
const FIRST_PAUSE = 250
const LONGEST_PAUSE = 4_000

/** A wire over WebSockets. When one closes, another is opened: soon at first, then every few seconds. */
export function socketWire({ open, comeBack }: SocketWireConfig): Wire & { close(): void } {
  const listeners = new Set<(message: unknown) => void>()
  const opens = new Set<() => void>()
  const closes = new Set<() => void>()
  const troubles = new Set<(trouble: Trouble) => void>()
  let socket: Socket | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let pause = FIRST_PAUSE
  let ended = false

  function connect(): void {
    const mine = open()
    let wasOpen = false
    socket = mine
    mine.addEventListener('open', () => {
      wasOpen = true
      pause = FIRST_PAUSE
      for (const opened of opens) opened()
    })
    mine.addEventListener('message', (event) => {
      if (typeof event.data !== 'string') return
      const message: unknown = JSON.parse(event.data)
      for (const listener of listeners) listener(message)
    })
    mine.addEventListener('close', ({ code }) => {
      if (socket !== mine) return
      socket = undefined
      for (const closed of closes) closed()
      if (wasOpen) say(code === GOING_AWAY ? 'stopped' : 'broken')
      retry()
    })
  }

  function retry(): void {
    if (ended) return
    timer = setTimeout(() => void reconnect(), pause)
    pause = Math.min(pause * 2, LONGEST_PAUSE)
  }

  async function reconnect(): Promise<void> {
    const found = (await comeBack?.()) ?? 'open'
    if (ended) return
    if (found === 'open') return connect()
    say(found)
    retry()
  }

  function say(trouble: Trouble): void {
    for (const heard of troubles) heard(trouble)
  }

  connect()
  return {
    post(message) {
      if (socket?.readyState === OPEN) socket.send(JSON.stringify(message))
    },
    onMessage: (listener) => added(listeners, listener),
    onOpen(opened) {
      if (socket?.readyState === OPEN) queueMicrotask(opened)
      return added(opens, opened)
    },
    onClose: (closed) => added(closes, closed),
    onTrouble: (heard) => added(troubles, heard),
    close() {
      ended = true
      clearTimeout(timer)
      socket?.close()
    },
  }
}

function added<T>(all: Set<T>, one: T): () => void {
  all.add(one)
  return () => all.delete(one)
}
