export interface ToolChecks { check(tools?: string[], signal?: AbortSignal): Promise<void>; close(): void }
export const newToolChecks = (_emit: unknown): ToolChecks => ({ check: async () => {}, close: () => {} })
