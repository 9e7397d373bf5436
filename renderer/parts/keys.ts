export const isMac = navigator.platform.startsWith('Mac')

/** The modifier key for shortcuts on this machine. */
export const modifier = isMac ? '⌘' : 'Ctrl'

const used =
  'input, textarea, select, button, a[href], summary, [role=menu], [role=menu] *, [role=dialog], [role=dialog] *'

/** Whether keys pressed there belong to what has the focus: a field, a button, a menu. */
export function isUsed(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches(used))
}
