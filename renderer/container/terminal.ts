import { FitAddon } from '@xterm/addon-fit'
import { type ITheme, Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { copyText } from '../parts/copy.ts'

/** A terminal on the page. */
export interface ShellTerminal {
  readonly size: { columns: number; rows: number }
  write(bytes: Uint8Array | string): void
  focus(): void
  /** Take the room there is. */
  fit(): void
  /** Take the colours of the theme that is shown now. */
  paint(): void
  close(): void
}

interface TerminalListener {
  typed(text: string): void
  resized(size: { columns: number; rows: number }): void
  /** The keys that close it: everything else belongs to the shell. */
  leave(): void
}

/** Our tokens for its colours: the rest of the sixteen are shades that both themes can read. */
const tokens = {
  background: '--bg',
  foreground: '--text',
  cursor: '--accent',
  cursorAccent: '--bg',
  selectionBackground: '--accent-soft',
  black: '--faint',
  red: '--fail',
  green: '--ready',
  yellow: '--wait',
  blue: '--info',
  magenta: '--violet',
  cyan: '--info',
  white: '--muted',
  brightBlack: '--faint',
  brightRed: '--fail',
  brightGreen: '--ready',
  brightYellow: '--wait',
  brightBlue: '--info',
  brightMagenta: '--violet',
  brightCyan: '--info',
  brightWhite: '--text',
} as const satisfies Partial<Record<keyof ITheme, string>>

/** Put a terminal into an element. */
export function openTerminal(element: HTMLElement, listener: TerminalListener): ShellTerminal {
  const style = getComputedStyle(element)
  const terminal = new Terminal({
    fontFamily: style.getPropertyValue('--font-mono'),
    fontSize: 13,
    lineHeight: 1.25,
    cursorBlink: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    scrollback: 5_000,
    minimumContrastRatio: 4.5,
    theme: theme(element),
    // What it shows is also written for screen readers.
    screenReaderMode: true,
  })
  const fitting = new FitAddon()
  terminal.loadAddon(fitting)
  terminal.open(element)
  fitting.fit()
  terminal.onData((text) => listener.typed(text))
  terminal.onResize(({ cols, rows }) => listener.resized({ columns: cols, rows }))
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.type !== 'keydown') return true
    const key = event.key.toLowerCase()
    if (event.ctrlKey && event.code === 'Backquote') {
      event.preventDefault()
      // The window's own keys would open it again.
      event.stopPropagation()
      listener.leave()
      return false
    }
    // Without a selection Ctrl C is the shell's own.
    if ((event.ctrlKey || event.metaKey) && key === 'c' && (event.shiftKey || terminal.hasSelection())) {
      event.preventDefault()
      void copyText(terminal.getSelection()).then(() => terminal.focus())
      return false
    }
    // The page's own paste, which the terminal hears of.
    return !((event.ctrlKey || event.metaKey) && key === 'v')
  })
  const observer = new ResizeObserver(() => fitting.fit())
  observer.observe(element)

  return {
    get size() {
      return { columns: terminal.cols, rows: terminal.rows }
    },
    write: (bytes) => terminal.write(bytes),
    focus: () => terminal.focus(),
    fit: () => fitting.fit(),
    paint: () => (terminal.options.theme = theme(element)),
    close() {
      observer.disconnect()
      terminal.dispose()
    },
  }
}

/** The tokens as plain colours: `light-dark()` and the like are resolved by the element that uses them. */
function theme(element: HTMLElement): ITheme {
  const probe = document.createElement('span')
  // With reduced motion every change of a colour is a transition of no time, and still shows the old one here.
  probe.style.transitionProperty = 'none'
  element.append(probe)
  const colours = Object.fromEntries(
    Object.entries(tokens).map(([name, token]) => {
      probe.style.color = `var(${token})`
      return [name, getComputedStyle(probe).color]
    }),
  )
  probe.remove()
  return colours
}
