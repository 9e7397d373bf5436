import { mount } from 'svelte'
import App from './App.svelte'
import { type Wire, type WindowPort, socketWire, windowWire } from './wire/wire.ts'

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
  return socketWire(() => new WebSocket(address))
}

const target = document.getElementById('app')
if (target === null) throw new Error('index.html has no #app')
mount(App, { target, props: { wire: openWire() } })
