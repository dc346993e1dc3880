import { readFile } from 'node:fs/promises'
import { request } from 'node:https'
import { ifMissing } from '../support/files/if-missing.ts'

/** Whether the API server reports that it is ready to a request with `token`. */
export async function isApiServerReady(server: string, caFile: string, token: string): Promise<boolean> {
  const ca = await readFile(caFile).catch(ifMissing(undefined))
  if (ca === undefined) return false // the server has yet to write its certificate
  return new Promise((resolve) => {
    const options = { ca, headers: { authorization: `Bearer ${token}` }, agent: false, timeout: 5000 }
    const asked = request(`${server}/readyz`, options, (response) => {
      response.resume()
      response.once('close', () => resolve(response.statusCode === 200))
    })
    asked.once('timeout', () => asked.destroy())
    asked.once('error', () => resolve(false))
    asked.end()
  })
}
