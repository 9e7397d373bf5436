import type { Assets } from '../host/assets.ts'
import type { Reply } from '../host/http-reply.ts'

/** Why a browser doesn't get in. */
export type LockedReason = keyof typeof reasons

/** The page for browsers without a session. */
export interface Locked {
  /** The files that it loads; they hold nothing of the author's. */
  readonly files: Assets
  show(reply: Reply, reason: LockedReason): void
}

const reasons = {
  used: {
    title: 'This address was used already',
    text: 'Each address of Slipway admits one browser, once. This one was opened before, or comes from an earlier start.',
  },
  unknown: {
    title: 'This browser isn’t admitted here',
    text: 'Slipway admits a browser by an address that works once. This browser has no such admission, or it was too long ago.',
  },
}

/** Made from door.html of the built renderer; without it the refusal is plain text. */
export function lockedPage(assets: Assets): Locked {
  const html = assets.get('/door.html')?.body.toString()
  if (html === undefined) {
    return { files: new Map(), show: (reply, reason) => reply.refuse(403, reasons[reason].text) }
  }
  const needed = [...html.matchAll(/(?:src|href)="\.?(\/assets\/[^"]+)"/g)].map(([, path = '']) => path)
  const files = new Map([...assets].filter(([path]) => needed.includes(path)))
  return {
    files,
    show(reply, reason) {
      const { title, text } = reasons[reason]
      const body = html.replace('{{title}}', title).replace('{{text}}', text)
      reply.send(403, body, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' })
    },
  }
}
