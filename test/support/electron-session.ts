type RequestHandler = (contents: unknown, permission: string, answer: (granted: boolean) => void) => void
type CheckHandler = (contents: unknown, permission: string) => boolean

/** The permissions that a session of the double grants. */
export class Session {
  #request: RequestHandler | undefined
  #check: CheckHandler | undefined

  setPermissionRequestHandler(handler: RequestHandler): void {
    this.#request = handler
  }

  setPermissionCheckHandler(handler: CheckHandler): void {
    this.#check = handler
  }

  /** What a page that asks for it is told. */
  permissionOf(permission: string): Promise<{ requested: boolean; checked: boolean }> {
    return new Promise((settle, reject) => {
      const [request, check] = [this.#request, this.#check]
      if (request === undefined || check === undefined) return reject(new Error('Permissions are not handled.'))
      request(undefined, permission, (requested) => settle({ requested, checked: check(undefined, permission) }))
    })
  }
}
