/** `other`: a program that speaks the shim's protocol, which slipway.yaml says how to build and start. */
export type Language = 'golang' | 'node' | 'java' | 'other'
