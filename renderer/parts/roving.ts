const steps: Record<string, (at: number, last: number) => number> = {
  ArrowDown: (at, last) => Math.min(last, at + 1),
  ArrowUp: (at) => Math.max(0, at - 1),
  Home: () => 0,
  End: (_at, last) => last,
}

/**
 * For `{@attach roving}`: a list of buttons is one stop of the Tab key. Arrows, Home and End move between its buttons;
 * Tab comes back to the one that was left, or to the one that is pressed.
 */
export function roving(list: HTMLElement): () => void {
  let current: Element | undefined

  function buttons(): HTMLButtonElement[] {
    return [...list.querySelectorAll<HTMLButtonElement>('button:not(:disabled)')]
  }

  function markStop(): void {
    const all = buttons()
    const stop =
      all.find((button) => button === current) ??
      all.find((button) => button.ariaPressed === 'true' || button.ariaCurrent === 'true') ??
      all[0]
    for (const button of all) button.tabIndex = button === stop ? 0 : -1
  }

  function onfocusin(event: FocusEvent): void {
    current = (event.target as Element).closest('button') ?? current
    markStop()
  }

  function onkeydown(event: KeyboardEvent): void {
    const all = buttons()
    const at = all.findIndex((button) => button === document.activeElement)
    const step = steps[event.key]
    if (step === undefined || at < 0 || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    all[step(at, all.length - 1)]?.focus()
  }

  /** What is pressed by other means takes the stop while the focus is elsewhere. */
  const observer = new MutationObserver(() => {
    if (!list.contains(document.activeElement)) current = undefined
    markStop()
  })
  observer.observe(list, {
    childList: true,
    subtree: true,
    attributeFilter: ['aria-pressed', 'aria-current', 'disabled'],
  })
  list.addEventListener('focusin', onfocusin)
  list.addEventListener('keydown', onkeydown)
  markStop()
  return () => {
    observer.disconnect()
    list.removeEventListener('focusin', onfocusin)
    list.removeEventListener('keydown', onkeydown)
  }
}
