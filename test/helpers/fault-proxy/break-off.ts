import type { ServerResponse } from 'node:http'

/** Closes the connection under an answer, whatever of it was sent. */
export function breakOff(response: ServerResponse): void {
  response.socket?.destroy()
}
