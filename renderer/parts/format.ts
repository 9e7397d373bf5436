/** A duration: `0.4 ms`, `184 ms`, `1.9 s`, `4 min 12 s`, `2 h 5 min`. */
export function duration(ms: number): string {
  const span = Math.max(0, ms)
  if (span < 9.95) return `${span.toFixed(1).replace(/\.0$/, '')} ms`
  if (span < 999.5) return `${Math.round(span)} ms`
  if (span < 9_950) return `${(span / 1_000).toFixed(1).replace(/\.0$/, '')} s`
  const seconds = Math.round(span / 1_000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** How long ago: `now`, `12 s`, `3 min`, `2 h`, `4 d`. */
export function age(ms: number): string {
  const seconds = Math.floor(ms / 1_000)
  if (seconds < 5) return 'now'
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)} h` : `${Math.floor(seconds / 86_400)} d`
}

/** A running duration, in whole seconds so that its width stays the same. */
export function lasting(ms: number): string {
  return duration(Math.max(1, Math.floor(ms / 1_000)) * 1_000)
}

/** A running clock: `00:12`, `61:05`. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000))
  return `${pad(Math.floor(seconds / 60), 2)}:${pad(seconds % 60, 2)}`
}

/** A time of day: `14:02:11.204`. */
export function timeOfDay(at: number): string {
  const date = new Date(at)
  return `${pad(date.getHours(), 2)}:${pad(date.getMinutes(), 2)}:${pad(date.getSeconds(), 2)}.${pad(date.getMilliseconds(), 3)}`
}

/** The time of day if today, else with the date: `14:02:11`, `2026-11-02 14:02`. */
export function moment(at: number, now: number = Date.now()): string {
  const date = new Date(at)
  if (date.toDateString() === new Date(now).toDateString()) return timeOfDay(at).slice(0, 8)
  return `${date.getFullYear()}-${pad(date.getMonth() + 1, 2)}-${pad(date.getDate(), 2)} ${timeOfDay(at).slice(0, 5)}`
}

/** A size: `812 B`, `4.2 KB`, `78 MB`. */
export function bytes(size: number): string {
  if (size < 1_000) return `${size} B`
  const units = ['KB', 'MB', 'GB', 'TB']
  let value = size / 1_000
  let unit = 0
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000
    unit += 1
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit] ?? 'TB'}`
}

const thousands = new Intl.NumberFormat('en-US')

/** A number with thousands separators: `1,048,576`. */
export function count(value: number): string {
  return thousands.format(value)
}

/** `1 line`, `2 lines`. */
export function plural(value: number, word: string): string {
  return `${count(value)} ${word}${value === 1 ? '' : 's'}`
}

/** A long id, shortened to its ends: `7b105d33…acd`. */
export function shortId(id: string): string {
  return id.length <= 14 ? id : `${id.slice(0, 8)}…${id.slice(-3)}`
}

/** A path with `~` for the home folder, its middle left out if it is long. */
export function shortPath(path: string, longest = 60): string {
  const home = path.replace(/^(\/home\/[^/]+|\/Users\/[^/]+|[A-Z]:\\Users\\[^\\]+)(?=[/\\]|$)/, '~')
  if (home.length <= longest) return home
  const parts = home.split(/[/\\]/)
  const tail = parts.slice(-3).join('/')
  return `${parts[0] ?? ''}/…/${tail}`
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0')
}
