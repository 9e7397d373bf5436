export const isMac = navigator.platform.startsWith('Mac')

/** The key that stands for Ctrl on this machine. */
export const modifier = isMac ? '⌘' : 'Ctrl'

/** Whether keys are text where the focus is. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches('input:not([type=checkbox]), textarea, select, [role=menu] *'))
  )
}
