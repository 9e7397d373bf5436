/** Milliseconds since the epoch, with a fraction. Durations are in milliseconds too. */
export type Millis = number
