/** Copy text, even if the page may not use the clipboard API. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
  } catch {
    // Refused, or not a secure context: the old way still works from a click.
    const area = document.createElement('textarea')
    area.value = text
    area.style.position = 'fixed'
    area.style.opacity = '0'
    document.body.append(area)
    area.select()
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else copies without the clipboard API
    document.execCommand('copy')
    area.remove()
  }
}
