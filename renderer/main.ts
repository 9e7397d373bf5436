import { mount } from 'svelte'
import App from './App.svelte'
import { askForKey, comeBack } from './wire/session.ts'
import { type Trouble, type Wire, type WindowPort, socketWire, windowWire } from './wire/wire.ts'

declare global {
  interface Window {
    /** Set by the preload script in the app's own window; absent in a browser. */
    slipway?: WindowPort
  }
}

function openWire(): Wire {
  if (window.slipway !== undefined) return windowWire(window.slipway)
  const address = new URL('/wire', location.href)
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
  const wire = socketWire({ open: () => new WebSocket(address), comeBack: comeBackHere })
  wire.onOpen(() => void askForKey())
  return wire
}

/** Slipway may have been updated while it was away; then its own page takes over. */
async function comeBackHere(): Promise<'open' | Trouble> {
  const admission = await comeBack()
  if (admission !== 'renewed') return admission
  if ((await askForKey()) === 'open') location.reload()
  return 'away'
}

const target = document.getElementById('app')
if (target === null) throw new Error('index.html has no #app')
mount(App, { target, props: { wire: openWire() } })
