import type { EngineEvent, Labels } from './engine.ts'

/** The part of `GET /events` that is read. */
interface RawEvent {
  Type: EngineEvent['type']
  Action: string
  Actor: { ID: string; Attributes?: Record<string, string> | null }
  time: number
  timeNano?: number
}

export function readEvent(event: unknown): EngineEvent {
  const { Type: type, Action: action, Actor: actor, time, timeNano } = event as RawEvent
  const at = timeNano === undefined ? time * 1000 : timeNano / 1e6
  return { type, action, id: actor.ID, labels: actor.Attributes ?? {}, at }
}

/** Filters for events about containers and images with these labels. */
export function eventFilters(labels: Labels): { type: string[]; label: string[] } {
  return { type: ['container', 'image'], label: labelFilters(labels) }
}

/** In the form of the API's filters. */
export function labelFilters(labels: Labels): string[] {
  return Object.entries(labels).map(([name, value]) => `${name}=${value}`)
}
