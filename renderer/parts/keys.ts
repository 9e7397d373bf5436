export const isMac = navigator.platform.startsWith('Mac')

/** The modifier key for shortcuts on this machine. */
export const modifier = isMac ? '⌘' : 'Ctrl'

/** Whether keys pressed there are text. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input:not([type=checkbox]), textarea, select, [role=menu] *'))
  )
}
