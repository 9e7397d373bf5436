import { FitAddon } from '@xterm/addon-fit'
import { type ITheme, Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { copyText } from '../parts/copy.ts'

/** A terminal on the page. */
export interface ShellTerminal {
  readonly size: { columns: number; rows: number }
  write(bytes: Uint8Array | string): void
  focus(): void
  /** Fill the available space. */
  fit(): void
  /** Take the colours of the current theme. */
  paint(): void
  close(): void
}

interface TerminalListener {
  typed(text: string): void
  resized(size: { columns: number; rows: number }): void
  /** The closing key was pressed. All other keys go to the shell. */
  leave(): void
}

/** Our tokens for its colours, readable in both themes. */
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

/** Open a terminal in an element. */
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
    // Also writes its output for screen readers.
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
      // The window's own shortcut would open it again.
      event.stopPropagation()
      listener.leave()
      return false
    }
    // Without a selection, Ctrl+C goes to the shell.
    if ((event.ctrlKey || event.metaKey) && key === 'c' && (event.shiftKey || terminal.hasSelection())) {
      event.preventDefault()
      void copyText(terminal.getSelection()).then(() => terminal.focus())
      return false
    }
    // Let the page paste; the terminal receives the text.
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

/** The tokens as plain colours: the browser resolves `light-dark()` only on an element that uses it. */
function theme(element: HTMLElement): ITheme {
  const probe = document.createElement('span')
  // With reduced motion, a colour change is a zero-length transition that would still report the old colour here.
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
