import type { EngineEvent, Labels } from './engine.ts'

/** Of `GET /events`. */
interface ToldEvent {
  Type: EngineEvent['type']
  Action: string
  Actor: { ID: string; Attributes?: Record<string, string> | null }
  time: number
  timeNano?: number
}

export function readEvent(told: unknown): EngineEvent {
  const { Type: type, Action: action, Actor: actor, time, timeNano } = told as ToldEvent
  const at = timeNano === undefined ? time * 1000 : timeNano / 1e6
  return { type, action, id: actor.ID, labels: actor.Attributes ?? {}, at }
}

/** What to ask for, so that only events about what carries these labels come. */
export function eventFilters(labels: Labels): { type: string[]; label: string[] } {
  return { type: ['container', 'image'], label: labelFilters(labels) }
}

/** As the API's filters have them. */
export function labelFilters(labels: Labels): string[] {
  return Object.entries(labels).map(([name, value]) => `${name}=${value}`)
}
